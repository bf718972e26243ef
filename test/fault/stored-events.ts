import { loadCatalog } from '../../schemas/pack/catalog.ts';
import { eventually } from '../support/eventually.ts';
import { ask } from '../support/pipeline.ts';
import type { StoredEvent } from './audit.ts';
import type { Site } from './site.ts';

/** Events that were received from a moment on and before another, ms since 1970. */
export interface Window {
  readonly fromMs: number;
  readonly untilMs: number;
}

interface Found {
  readonly outcomes: { outcome: string; reason: string; rows: number }[];
  readonly rows: Record<string, number>;
  installation?: string;
  sequence?: number;
  letter?: string;
}

const { tables } = await loadCatalog();

/** Longest wait for an answer of a ClickHouse that may just have been started again. */
const ANSWER_TIMEOUT_MS = 60_000;

/** Asks again when the connection breaks: one that was kept from before the fault may be dead. */
const askPatiently = (site: Pick<Site, 'clickHouseUrl'>, sql: string): ReturnType<typeof ask> =>
  eventually('an answer of ClickHouse', ANSWER_TIMEOUT_MS, () =>
    ask(site, sql).catch((error: unknown) => {
      // Fetch throws this, and nothing else, when there is no answer.
      if (!(error instanceof TypeError)) throw error;
      return undefined;
    }),
  );

/** What the pipeline itself says of its balance: events without an outcome for good, with more than one, or never logged. */
export const readBalance = async (
  site: Pick<Site, 'clickHouseUrl'>,
): Promise<{ readonly missing: number; readonly doubled: number; readonly unlogged: number }> => {
  const unlogged = 'SELECT sum(unlogged) FROM edge_balance';
  const sums = `SELECT sum(missing) AS missing, sum(doubled) AS doubled, (${unlogged}) AS unlogged FROM lineage`;
  const [row] = await askPatiently(site, sums);
  return { missing: Number(row?.missing), doubled: Number(row?.doubled), unlogged: Number(row?.unlogged) };
};

/** Every event of a window, with all its rows in all tables. */
export const readStoredEvents = async (
  site: Pick<Site, 'clickHouseUrl'>,
  { fromMs, untilMs }: Window,
): Promise<readonly StoredEvent[]> => {
  const window = `received_at >= fromUnixTimestamp64Milli(${fromMs}) AND received_at < fromUnixTimestamp64Milli(${untilMs})`;
  const events = new Map<string, Found>();
  const eventOf = (id: unknown): Found => {
    const found = events.get(String(id)) ?? { outcomes: [], rows: {} };
    events.set(String(id), found);
    return found;
  };
  const counts = [...tables.keys(), 'dead_letters'].map(
    (table) => `SELECT '${table}' AS table, event_id, count() AS rows FROM ${table} WHERE ${window} GROUP BY event_id`,
  );
  for (const { table, event_id, rows } of await askPatiently(site, counts.join(' UNION ALL '))) {
    eventOf(event_id).rows[String(table)] = Number(rows);
  }
  for (const row of await askPatiently(site, `SELECT event_id, outcome, reason, rows FROM outcomes WHERE ${window}`)) {
    const { outcome, reason, rows } = row;
    eventOf(row.event_id).outcomes.push({ outcome: String(outcome), reason: String(reason), rows: Number(rows) });
  }
  const sources = `SELECT event_id, installation_id, message_sequence_number FROM sonarqube_reports WHERE ${window}`;
  for (const { event_id, installation_id, message_sequence_number } of await askPatiently(site, sources)) {
    const event = eventOf(event_id);
    event.installation = String(installation_id);
    event.sequence = Number(message_sequence_number);
  }
  const letters = `SELECT event_id, if(body_sha256 = '', installation_id, body_sha256) AS letter FROM dead_letters WHERE ${window}`;
  for (const { event_id, letter } of await askPatiently(site, letters)) {
    eventOf(event_id).letter = String(letter);
  }
  return [...events].map(([eventId, found]) => ({ eventId, ...found }));
};
