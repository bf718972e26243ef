import { isObject, type Wire } from '../../pack/pack.ts';

const hosts = ['telemetry.sonarsource.com'];

/**
 * SonarQube posts its report without an envelope. Every report states the server's version at the top; the `/metrics`
 * payload (`message_uuid`, `installation_id`, `metric_values`) and the body of an opt-out (`id` alone) don't.
 */
export const wire: Wire = {
  // Every answer counts as success, and the next report comes a day later; only a broken connection is tried again, after 3 h.
  endpoints: [
    { method: 'POST', path: '/sonarqube', hosts, whenBusy: 'cut' },
    { method: 'POST', path: '/sonarqube/metrics', hosts, whenBusy: 'cut' },
    { method: 'DELETE', path: '/sonarqube', hosts, whenBusy: 'cut' },
  ],
  classify: (document) =>
    isObject(document) && 'version' in document ? { kind: 'sonarqube.report', document } : undefined,
};
