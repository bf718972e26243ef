import { isObject, type Wire } from '../../pack/pack.ts';
import { decodeTraces } from './otlp/decode-traces.ts';

/** Releases 0.16.2 to 0.22 send spans over OTLP/HTTP, 0.23 to 0.31 batches of messages to RudderStack. */
export const wire: Wire = {
  endpoints: [
    { method: 'POST', path: '/v1/traces', hosts: ['telemetry.cloudquery.io'], decode: decodeTraces },
    { method: 'POST', path: '/v1/batch', hosts: ['cloudquerypgm.dataplane.rudderstack.com'] },
  ],
  classify: (document) => {
    if (!isObject(document)) return undefined;
    return { kind: Array.isArray(document.batch) ? 'cloudquery.batch' : 'cloudquery.operation', document };
  },
};
