import type { PrivacyPolicy } from '../../pack/pack.ts';

/** What SonarQube's documentation promises. */
export const privacy: PrivacyPolicy = {
  address: 'drop',
  place: 'country',
  retentionDays: { default: 1095, sonarqube_users: 400, sonarqube_user_metrics: 400, sonarqube_branches: 400 },
  source: 'SonarQube documentation, "Telemetry": no personal data is sent, nor ever an IP address',
};
