import { access } from 'node:fs/promises';
import type { ClickHouseClient } from '@clickhouse/client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openClickHouse } from '../../infra/clickhouse/client.ts';
import { migrate } from '../../infra/clickhouse/migrate.ts';
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
