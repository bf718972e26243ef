import { isObject, type Wire } from '../../pack/pack.ts';

/**
 * EMQX 4.x, 5.x and 6.x post the one document without an envelope, many of them once per boot. They send it again after a 503
 * with a Retry-After of one or two digits, in seconds, until they hear something else: the only way not to lose it. Only the
 * process that reports waits meanwhile, so a minute is soon enough.
 */
export const wire: Wire = {
  endpoints: [
    {
      method: 'POST',
      path: '/api/telemetry',
      hosts: ['telemetry.emqx.io'],
      whenBusy: { status: 503, retryAfterSeconds: 60 },
    },
  ],
  classify: (document) => (isObject(document) ? { kind: 'emqx.report', document } : undefined),
};
