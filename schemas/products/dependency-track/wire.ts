import { isObject, type Wire } from '../../pack/pack.ts';

/** Dependency-Track posts to the root of its host: only the host tells the product. */
export const wire: Wire = {
  endpoints: [{ method: 'POST', path: '/', hosts: ['metrics.dependencytrack.org'] }],
  classify: (document) => (isObject(document) ? { kind: 'dependency-track.report', document } : undefined),
};
