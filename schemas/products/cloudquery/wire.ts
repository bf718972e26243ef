import { isObject, type Wire } from '../../pack/pack.ts';
import { decodeTraces } from './otlp/decode-traces.ts';

/**
 * Command lines v0.16.2 to v0.22.10 post OTLP, v0.23.0 to v0.31.8 the form of RudderStack. Somebody waits in front of them: after
 * 429 or 503 the former try for 30 s, after 500 they end at once; the latter go on trying only while they run anyway.
 */
export const wire: Wire = {
  endpoints: [
    {
      method: 'POST',
      path: '/v1/traces',
      hosts: ['telemetry.cloudquery.io'],
      whenBusy: { status: 500 },
      decode: decodeTraces,
    },
    {
      method: 'POST',
      path: '/v1/batch',
      hosts: ['cloudquerypgm.dataplane.rudderstack.com'],
      whenBusy: { status: 500 },
    },
  ],
  classify: (document) => {
    if (!isObject(document)) return undefined;
    return { kind: Array.isArray(document.batch) ? 'cloudquery.batch' : 'cloudquery.operation', document };
  },
};
