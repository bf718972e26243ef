import { isObject, type Wire } from '../../pack/pack.ts';

/**
 * Dependency-Track posts to the root of its host: only the host tells the product. Until it hears 200 it sends again every hour
 * and logs an error each time; a 429 alone it takes quietly.
 */
export const wire: Wire = {
  endpoints: [
    {
      method: 'POST',
      path: '/',
      hosts: ['metrics.dependencytrack.org'],
      whenBusy: { status: 429 },
      whenInvalid: 'ok',
    },
  ],
  classify: (document) => (isObject(document) ? { kind: 'dependency-track.report', document } : undefined),
};
