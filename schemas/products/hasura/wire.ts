import { isObject, type Wire } from '../../pack/pack.ts';
import { KIND_OF_TOPIC } from './topic.ts';

/** Fields that tell the kind of a report without a known topic; the first one present decides. */
const TELLING_FIELDS: readonly (readonly [string, string])[] = [
  ['execution_id', 'hasura.cli'],
  ['event_type', 'hasura.console'],
  ['server_metrics', 'hasura.server'],
  ['metrics', 'hasura.server'],
];

/** Enterprise comes first: its topic is not public, and as a report of a plain server it would lose nearly all of its fields. */
const kindOf = (report: Readonly<Record<string, unknown>>): string | undefined => {
  if (Object.hasOwn(report, 'license_jti') || Object.hasOwn(report, 'sample_uid')) return 'hasura.enterprise';
  return KIND_OF_TOPIC.get(report.topic) ?? TELLING_FIELDS.find(([field]) => Object.hasOwn(report, field))?.[1];
};

/**
 * Servers, consoles and most command lines wrap a report as `{topic, data}`; newer command lines put the fields beside `topic`.
 * Both become the latter, since the topic alone tells development builds apart. The documentation's samples have no topic.
 */
const unwrap = (document: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> =>
  Object.hasOwn(document, 'topic') && isObject(document.data) ? { ...document.data, topic: document.topic } : document;

const hosts = ['telemetry.hasura.io'];

/**
 * All of Hasura's clients post to one path, hard-coded, or open a WebSocket at the other, as the console does from the browser.
 * Servers note what they are answered, and nobody tries again.
 */
export const wire: Wire = {
  endpoints: [
    { method: 'POST', path: '/v1/http', hosts, fromBrowsers: true },
    { method: 'POST', path: '/v1/ws', hosts, transport: 'websocket' },
  ],
  classify: (document) => {
    if (!isObject(document)) return undefined;
    const report = unwrap(document);
    const kind = kindOf(report);
    return kind === undefined ? undefined : { kind, document: report };
  },
};
