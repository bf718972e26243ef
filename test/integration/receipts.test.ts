import { randomUUIDv7 } from 'node:crypto';
import type { ClickHouseClient } from '@clickhouse/client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openClickHouse } from '../../infra/clickhouse/client.ts';
import { USERS } from '../../infra/clickhouse/embedded/configuration.ts';
import { migrate } from '../../infra/clickhouse/migrate.ts';
import { loadCatalog } from '../../schemas/pack/catalog.ts';
import { TOPICS } from '../../schemas/topics/topics.ts';
import type { EventLog } from '../../services/runtime/log/event-log.ts';
import { type ClickHouseServer, startClickHouse } from '../support/clickhouse.ts';
import { head, type RawAnswer } from '../support/http-bytes.ts';
import { exchange } from '../support/raw-http.ts';
import { startTestEdge, type TestEdge } from '../support/test-edge.ts';

const catalog = await loadCatalog();
let server: ClickHouseServer;
let admin: ClickHouseClient;
/** Reads as everybody who asks does. */
let tables: ClickHouseClient;

beforeAll(async () => {
  server = await startClickHouse();
  admin = openClickHouse(server.admin);
  await migrate(admin);
  tables = openClickHouse({ url: server.admin.url, username: USERS.analyst, password: '' });
});

afterAll(async () => {
  await admin?.close();
  await tables?.close();
  await server?.close();
});

const DOCUMENT = '{"system_id":"5f0c","dt_version":"4.13.0","db_type":"H2","db_version":"2.2"}';

/** Posts a report and gives its receipt. */
const post = async ({ port }: TestEdge): Promise<string> => {
  const lines = ['POST /v1/reports/dependency-track HTTP/1.1', 'Host: localhost', `Content-Length: ${DOCUMENT.length}`];
  return (await exchange(port, head(...lines), DOCUMENT)).headers['candor-receipt'] ?? '';
};

const show = ({ port }: TestEdge, receipt: string): Promise<RawAnswer> =>
  exchange(port, head(`GET /v1/receipts/${receipt} HTTP/1.1`, 'Host: localhost'));

const stateOf = async (edge: TestEdge, receipt: string): Promise<unknown> => {
  const answer = await show(edge, receipt);
  expect(answer.headers).toMatchObject({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' });
  const { receipt: shown, ...state } = JSON.parse(answer.body) as Record<string, unknown>;
  expect([answer.status, shown]).toEqual([200, receipt]);
  return state;
};

const problemOf = async (edge: TestEdge, receipt: string): Promise<unknown> => {
  const answer = await show(edge, receipt);
  return [answer.status, (JSON.parse(answer.body) as { type: string }).type.replace('urn:candor:problem:', '')];
};

interface Decided {
  readonly event_id: string;
  readonly outcome: string;
  readonly stage?: string;
  readonly reason?: string;
  readonly replay_of?: string;
}

/** What the sink writes when it is known what became of an event. */
const decide = async (row: Decided): Promise<void> => {
  const common = {
    product: 'dependency-track',
    kind: 'dependency-track.report',
    received_at: new Date().toISOString(),
  };
  await admin.insert({
    table: 'candor.outcomes',
    values: [{ ...common, ...row }],
    format: 'JSONEachRow',
    clickhouse_settings: { date_time_input_format: 'best_effort' },
  });
};

const store = async (event_id: string): Promise<void> => {
  await admin.insert({
    table: 'candor.dependency_track_reports',
    values: [{ event_id, product: 'dependency-track', received_at: new Date().toISOString() }],
    format: 'JSONEachRow',
    clickhouse_settings: { date_time_input_format: 'best_effort' },
  });
};

const commitAll = async (log: EventLog): Promise<void> => {
  const stop = new AbortController();
  await log.consume(TOPICS.raw.name, TOPICS.raw.consumer, stop.signal, async (owned) => {
    if (owned.partition === 1) await owned.commit(1);
    stop.abort();
  });
};

describe('a receipt', () => {
  test('tells the way of a report from the queue to the tables', async () => {
    const edge = await startTestEdge({ catalog, tables });
    const receipt = await post(edge);
    expect(await stateOf(edge, receipt)).toEqual({ status: 'queued' });
    await commitAll(edge.log);
    expect(await stateOf(edge, receipt)).toEqual({ status: 'anonymized' });
    const id = receipt.slice(0, 36);
    await store(id);
    await decide({ event_id: id, outcome: 'stored' });
    const stored = { status: 'stored', kind: 'dependency-track.report', tables: { dependency_track_reports: 1 } };
    expect(await stateOf(edge, receipt)).toEqual(stored);
    expect(await stateOf(edge, id)).toEqual(stored);
  });

  test.each([
    ['drop', 'dropped', 'duplicate'],
    ['reject', 'dead_lettered', 'contract_violation'],
  ])('of a report with the outcome %s says that it was %s, and why', async (outcome, status, reason) => {
    const edge = await startTestEdge({ catalog, tables });
    const event_id = randomUUIDv7();
    await decide({ event_id, outcome, stage: 'anonymizer', reason });
    const expected = { status, kind: 'dependency-track.report', stage: 'anonymizer', reason };
    expect(await stateOf(edge, `${event_id}.0.0`)).toEqual(expected);
  });

  test('of a dead letter that was sent through again tells what came of it last', async () => {
    const edge = await startTestEdge({ catalog, tables });
    const [event_id = '', replay = ''] = [randomUUIDv7(), randomUUIDv7()].toSorted();
    await decide({ event_id, outcome: 'reject', stage: 'anonymizer', reason: 'contract_violation' });
    await store(replay);
    await decide({ event_id: replay, outcome: 'stored', replay_of: event_id });
    expect(await stateOf(edge, event_id)).toMatchObject({ status: 'stored', tables: { dependency_track_reports: 1 } });
  });

  test('of a report in the spool says so until it is known better', async () => {
    const edge = await startTestEdge({ catalog, tables });
    const receipt = `${randomUUIDv7()}.spool`;
    expect(await stateOf(edge, receipt)).toEqual({ status: 'spooled' });
    await decide({ event_id: receipt.slice(0, 36), outcome: 'stored' });
    expect(await stateOf(edge, receipt)).toMatchObject({ status: 'stored' });
  });
});

describe('no receipt', () => {
  test.each([
    ['an id that nobody gave', randomUUIDv7()],
    ['a place behind the end of the log', `${randomUUIDv7()}.0.0`],
    ['a partition that there is not', `${randomUUIDv7()}.8.0`],
    ['anything else', "1'%20OR%201=1"],
  ])('is %s', async (_what, receipt) => {
    const edge = await startTestEdge({ catalog, tables });
    expect(await problemOf(edge, receipt)).toEqual([404, 'unknown-receipt']);
  });

  test('is looked up without access to the tables', async () => {
    const edge = await startTestEdge({ catalog });
    expect(await problemOf(edge, randomUUIDv7())).toEqual([501, 'no-receipts']);
  });

  test('is looked up while ClickHouse is away, and who asks is told to ask again', async () => {
    const away = openClickHouse({ url: 'http://127.0.0.1:1', username: 'nobody', password: '' });
    const edge = await startTestEdge({ catalog, tables: away });
    const answer = await show(edge, randomUUIDv7());
    expect(answer).toMatchObject({ status: 503, headers: { 'retry-after': '5' } });
    await away.close();
  });
});
