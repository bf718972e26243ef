import type { PrivacyPolicy } from '../../pack/pack.ts';

/** What EMQX's documentation promises. */
export const privacy: PrivacyPolicy = {
  address: 'drop',
  place: 'country',
  retentionDays: { default: 1095 },
  source:
    'EMQX documentation, "Telemetry": no individual data such as server model, hardware number or address is contained',
};
