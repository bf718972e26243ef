import type { PrivacyPolicy } from '../../pack/pack.ts';

/** What CloudQuery's documentation promises. */
export const privacy: PrivacyPolicy = {
  address: 'hash',
  place: 'country',
  retentionDays: { default: 1095, cloudquery_spans: 180 },
  source:
    'CloudQuery documentation, "Telemetry": a hash of the address and the place are stored; the address itself, ' +
    'arguments, options, error contents, credentials and logs are not',
};
