import type { PrivacyPolicy } from '../../pack/pack.ts';

/** What Hasura's documentation promises. */
export const privacy: PrivacyPolicy = {
  address: 'drop',
  place: 'country',
  // Messages of the console repeat what people typed.
  scrubPhoneNumbers: true,
  // Messages and stacks serve to fix a release; they are free text, so they go as soon as they have served.
  retentionDays: { default: 1095, hasura_console_errors: 180 },
  source:
    'Hasura documentation, "Telemetry Guide/FAQ": data cannot be used to identify a user; error messages, arguments and flags of the CLI are not recorded; names in console routes are not sent',
};
