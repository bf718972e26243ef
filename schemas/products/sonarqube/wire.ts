import { isObject, type Wire } from '../../pack/pack.ts';

const hosts = ['telemetry.sonarsource.com'];

/**
 * SonarQube posts its report and, since 10.7, its metrics without an envelope. Every report states the server's version at the
 * top, metrics don't; the body of an opt-out (`id` alone) is neither.
 */
export const wire: Wire = {
  // Every answer counts as success, and the next report comes a day later; only a broken connection is tried again, after 3 h.
  endpoints: [
    { method: 'POST', path: '/sonarqube', hosts, whenBusy: 'cut' },
    { method: 'POST', path: '/sonarqube/metrics', hosts, whenBusy: 'cut' },
    { method: 'DELETE', path: '/sonarqube', hosts, whenBusy: 'cut' },
  ],
  classify: (document) => {
    if (!isObject(document)) return undefined;
    if (Object.hasOwn(document, 'version')) return { kind: 'sonarqube.report', document };
    return Object.hasOwn(document, 'metric_values') ? { kind: 'sonarqube.metrics', document } : undefined;
  },
};
