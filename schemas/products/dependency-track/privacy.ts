import type { PrivacyPolicy } from '../../pack/pack.ts';

/** What Dependency-Track's documentation promises. */
export const privacy: PrivacyPolicy = {
  address: 'drop',
  place: 'country',
  retentionDays: { default: 1095 },
  source: 'Dependency-Track documentation, "Telemetry": addresses are explicitly not collected or stored',
};
