import { access } from 'node:fs/promises';
import type { ClickHouseClient } from '@clickhouse/client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openClickHouse } from '../../infra/clickhouse/client.ts';
import { migrate } from '../../infra/clickhouse/migrate.ts';
import { createMetrics } from '../../services/runtime/metrics.ts';
import { eraseRequested } from '../../services/sink/erasure/erase.ts';
import type { OpenRequest } from '../../services/sink/erasure/requests.ts';
import { RowsOfInstallations } from '../../services/sink/erasure/rows-of-installations.ts';
import { type ClickHouseServer, startClickHouse } from '../support/clickhouse.ts';
import { eventually } from '../support/eventually.ts';

const ERASED = '147B411E-AaH6vsPJ0Uo4X_dadFza';
const OTHER = '147B411E-AaH6vsPJ0Uo4X_another';
const REQUESTED_AT = Date.UTC(2026, 10, 21, 12);
const TABLES = ['sonarqube_reports', 'sonarqube_plugins', 'dead_letters'];

let server: ClickHouseServer;
let admin: ClickHouseClient;
let sink: ClickHouseClient;

beforeAll(async () => {
  server = await startClickHouse();
  admin = openClickHouse(server.admin);
  sink = openClickHouse(server.sink);
  await migrate(admin);
}, 60_000);

afterAll(async () => {
  await sink?.close();
  await admin?.close();
  await server?.close();
});

const rows = async <Row>(query: string): Promise<Row[]> =>
  (await admin.query({ query, format: 'JSONEachRow' })).json<Row>();

const insert = (table: string, installation: string, receivedAt: number, product = 'sonarqube') =>
  admin.insert({
    table: `candor.${table}`,
    values: [{ product, installation_id: installation, received_at: new Date(receivedAt).toISOString().slice(0, -1) }],
    format: 'JSONEachRow',
  });

const request: OpenRequest = {
  event_id: '0198a2c4-0000-7000-8000-000000000001',
  product: 'sonarqube',
  installation_id: ERASED,
  forever: false,
  suppression: 'name',
  requested_at: REQUESTED_AT,
};

test('the rows of an installation are counted and removed up to its request, by the user of the sink', async () => {
  for (const table of TABLES) {
    await insert(table, ERASED, REQUESTED_AT - 86_400_000 * 30);
    await insert(table, ERASED, REQUESTED_AT);
    await insert(table, ERASED, REQUESTED_AT + 1);
    await insert(table, ERASED, REQUESTED_AT, 'another product');
    await insert(table, OTHER, REQUESTED_AT);
    await insert(table, '', REQUESTED_AT);
  }
  const found = new RowsOfInstallations(sink, TABLES, [request]);
  const each = Object.fromEntries(TABLES.map((table) => [table, 2]));
  expect(await found.count()).toEqual(new Map([[request.event_id, each]]));
  await found.remove(TABLES);
  expect(await found.count()).toEqual(new Map([[request.event_id, {}]]));
  for (const table of TABLES) {
    const left = await rows(
      `SELECT product, installation_id, toInt32(toUnixTimestamp64Milli(received_at) - ${REQUESTED_AT}) AS after
        FROM candor.${table} ORDER BY ALL`,
    );
    expect(left).toEqual([
      { product: 'another product', installation_id: ERASED, after: 0 },
      { product: 'sonarqube', installation_id: '', after: 0 },
      { product: 'sonarqube', installation_id: OTHER, after: 0 },
      { product: 'sonarqube', installation_id: ERASED, after: 1 },
    ]);
  }
}, 60_000);

test('an erasure for good removes what came later too, and leaves no part on disk that held a row of it', async () => {
  await admin.command({ query: 'ALTER TABLE candor.sonarqube_reports MODIFY SETTING old_parts_lifetime = 1' });
  await insert('sonarqube_reports', ERASED, REQUESTED_AT + 2);
  const holding = await rows<{ path: string }>(
    `SELECT DISTINCT path FROM system.parts WHERE database = 'candor' AND table = 'sonarqube_reports' AND name IN
      (SELECT _part FROM candor.sonarqube_reports WHERE installation_id = '${ERASED}' AND product = 'sonarqube')`,
  );
  expect(holding.length).toBeGreaterThan(0);
  const found = new RowsOfInstallations(sink, TABLES, [{ ...request, forever: true }]);
  await found.remove(['sonarqube_reports']);
  for (const { path } of holding) {
    await eventually(`the end of ${path}`, 60_000, () =>
      access(path).then(
        () => undefined,
        () => true,
      ),
    );
  }
}, 120_000);

test('no mutation names an installation: tables keep them on disk', async () => {
  const written = await rows<{ command: string }>('SELECT command FROM system.mutations');
  expect(written.filter(({ command }) => command.includes('SHA256')).length).toBeGreaterThan(1);
  expect(written.filter(({ command }) => command.includes(ERASED))).toEqual([]);
});

/** What the rollups say, read from the projections and computed from the rows. */
const rollups = async (): Promise<unknown[]> => {
  const both = [1, 0].map((isRead) =>
    rows(`SELECT * FROM candor.counts_by_minute ORDER BY ALL SETTINGS optimize_use_projections = ${isRead}`),
  );
  return [...(await Promise.all(both)), await rows('SELECT * FROM candor.balance ORDER BY ALL')];
};

test('nothing sums up rows that an erasure removes: rollups are over outcomes alone, which name no installation', async () => {
  const [views, projected] = await Promise.all([
    rows(`SELECT name FROM system.tables WHERE database = 'candor' AND engine = 'MaterializedView'`),
    rows(`SELECT DISTINCT table FROM system.projections WHERE database = 'candor'`),
  ]);
  expect({ views, projected }).toEqual({ views: [], projected: [{ table: 'outcomes' }] });
});

test('a request that waits is a metric until it is done, and rollups are afterwards what they were', async () => {
  const requestedAt = REQUESTED_AT + 60_000;
  await insert('sonarqube_plugins', OTHER, requestedAt);
  await insert('outcomes', '', requestedAt);
  await insert('erasure_requests', OTHER, requestedAt);
  const before = await rollups();
  expect(before[0]).toEqual(before[1]);
  const metrics = createMetrics();
  const oldest = async () => (await metrics.oldestErasure.get()).values[0]?.value;
  const parts = { clickhouse: sink, tables: [...TABLES, 'outcomes', 'erasure_requests'], metrics };
  const stop = new AbortController();

  const stuck = { progress: async () => ({ end: 1, committed: 0 }) };
  const waiting = eraseRequested({ ...parts, log: stuck }, stop.signal);
  await eventually('the metric', 30_000, async () => (await oldest()) || undefined);
  expect(await oldest()).toBe(requestedAt / 1_000);
  stop.abort();
  await expect(waiting).rejects.toThrow();

  const passed = { progress: async () => ({ end: 1, committed: 1 }) };
  for (let look = 0; look < 2; look += 1) await eraseRequested({ ...parts, log: passed }, new AbortController().signal);
  expect(await oldest()).toBe(0);
  expect(await rows(`SELECT * FROM candor.sonarqube_plugins WHERE installation_id = '${OTHER}'`)).toEqual([]);
  expect(await rollups()).toEqual(before);
}, 60_000);
