import type { ClickHouseClient } from '@clickhouse/client';
import { DATABASE } from '../../../infra/clickhouse/client.ts';
import type { ProductCatalog } from '../../../schemas/pack/catalog.ts';
import { PARTITIONS, TOPICS } from '../../../schemas/topics/topics.ts';
import type { EventLog } from '../../runtime/log/event-log.ts';
import { type LogPlace, type ShownReceipt, timeOf } from './receipt.ts';

/** What has become of a report; never anything of its content. */
export type ReportState =
  /** Durable on the edge's own disk, not yet in the log. */
  | { readonly status: 'spooled' }
  /** In the log, before the anonymizer. */
  | { readonly status: 'queued' }
  /** Free of personal data, on its way to the tables. */
  | { readonly status: 'anonymized' }
  /** In the tables: rows by table. */
  | { readonly status: 'stored'; readonly kind: string; readonly tables: Readonly<Record<string, number>> }
  /** Left out on purpose. */
  | { readonly status: 'dropped'; readonly kind: string; readonly stage: string; readonly reason: string }
  /** Invalid. */
  | { readonly status: 'dead_lettered'; readonly kind: string; readonly stage: string; readonly reason: string };

/** What looking up needs. */
export interface FindReportParts {
  readonly log: EventLog;
  readonly catalog: ProductCatalog;
  readonly clickhouse: ClickHouseClient;
}

/** A row of `outcomes`. */
interface OutcomeRow {
  readonly id: string;
  readonly product: string;
  readonly kind: string;
  readonly outcome: string;
  readonly stage: string;
  readonly reason: string;
}

/**
 * How far the time of receipt may be from the time in the event's id, in ms: a body arrives within a minute, and the id is made
 * after it. A range this small is what keeps a look at a large table cheap.
 */
const WINDOW_MS = 600_000;

/** Longest wait for ClickHouse, in ms. */
const QUERY_TIMEOUT_MS = 2_000;

const WITHIN = 'received_at BETWEEN fromUnixTimestamp64Milli({from: Int64}) AND fromUnixTimestamp64Milli({to: Int64})';

/** A dead letter that was sent through again has an outcome of its own, with the first time of receipt: the last one counts. */
const OUTCOME = `SELECT toString(event_id) AS id, product, kind, outcome, stage, reason FROM ${DATABASE}.outcomes
  WHERE ${WITHIN} AND (event_id = {id: UUID} OR replay_of = {id: String})
  ORDER BY id DESC LIMIT 1`;

const ROWS = `SELECT _table AS name, toUInt32(count()) AS rows FROM merge('${DATABASE}', {tables: String})
  WHERE ${WITHIN} AND event_id = {id: UUID} GROUP BY name ORDER BY name`;

const STATUS_OF = new Map<string, 'dropped' | 'dead_lettered'>([
  ['drop', 'dropped'],
  ['reject', 'dead_lettered'],
]);

/**
 * Creates the search for a report: in the tables first, then in the log. It resolves with undefined when there is no such report.
 *
 * @throws whatever ClickHouse or the log throws when they are away.
 */
export const createFindReport = ({ log, catalog, clickhouse }: FindReportParts) => {
  const tablesOf = new Map(
    [...catalog.products].map(([product, { tables }]) => [product, `^(${Object.keys(tables).join('|')})$`]),
  );

  const query = async <Row>(sql: string, aroundMs: number, parameters: Readonly<Record<string, string>>) => {
    const result = await clickhouse.query({
      query: sql,
      query_params: { from: aroundMs - WINDOW_MS, to: aroundMs + WINDOW_MS, ...parameters },
      format: 'JSONEachRow',
      abort_signal: AbortSignal.timeout(QUERY_TIMEOUT_MS),
    });
    return result.json<Row>();
  };

  const stored = async ({ id, product, kind }: OutcomeRow, aroundMs: number): Promise<ReportState> => {
    const tables = tablesOf.get(product) ?? '^$';
    const rows = await query<{ name: string; rows: number }>(ROWS, aroundMs, { id, tables });
    return { status: 'stored', kind, tables: Object.fromEntries(rows.map(({ name, rows: count }) => [name, count])) };
  };

  const inLog = async ({ partition, offset }: LogPlace): Promise<ReportState | undefined> => {
    if (partition >= PARTITIONS) return undefined;
    const { committed, end } = await log.progress(TOPICS.raw.name, TOPICS.raw.consumer, partition);
    if (offset >= end) return undefined;
    return { status: offset < committed ? 'anonymized' : 'queued' };
  };

  return async ({ eventId, place, spooled }: ShownReceipt): Promise<ReportState | undefined> => {
    const aroundMs = timeOf(eventId);
    const [outcome] = await query<OutcomeRow>(OUTCOME, aroundMs, { id: eventId });
    if (outcome === undefined) {
      if (place !== undefined) return inLog(place);
      return spooled ? { status: 'spooled' } : undefined;
    }
    const status = STATUS_OF.get(outcome.outcome);
    if (status === undefined) return stored(outcome, aroundMs);
    return { status, kind: outcome.kind, stage: outcome.stage, reason: outcome.reason };
  };
};

/** See {@link createFindReport}. */
export type FindReport = ReturnType<typeof createFindReport>;
