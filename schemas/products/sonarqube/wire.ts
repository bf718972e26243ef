import { isObject, type Wire } from '../../pack/pack.ts';

/**
 * SonarQube posts its report without an envelope. Every report states the server's version at the top; the `/metrics`
 * payload (`message_uuid`, `installation_id`, `metric_values`) and the body of an opt-out (`id` alone) don't.
 */
export const wire: Wire = {
  endpoints: [{ method: 'POST', path: '/sonarqube', hosts: ['telemetry.sonarsource.com'] }],
  classify: (document) =>
    isObject(document) && 'version' in document ? { kind: 'sonarqube.report', document } : undefined,
};
