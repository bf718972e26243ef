import { isObject, type Wire } from '../../pack/pack.ts';

/** EMQX 4.x, 5.x and 6.x post the one document without an envelope. */
export const wire: Wire = {
  endpoints: [{ method: 'POST', path: '/api/telemetry', hosts: ['telemetry.emqx.io'] }],
  classify: (document) => (isObject(document) ? { kind: 'emqx.report', document } : undefined),
};
