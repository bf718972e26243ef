import type { ClickHouseClient } from '@clickhouse/client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { allTables } from '../../infra/clickhouse/all-tables.ts';
import { openClickHouse } from '../../infra/clickhouse/client.ts';
import { createTable } from '../../infra/clickhouse/ddl.ts';
import { FLUSHED_PARTS } from '../../infra/clickhouse/embedded/configuration.ts';
import { migrate } from '../../infra/clickhouse/migrate.ts';
import { loadCatalog } from '../../schemas/pack/catalog.ts';
import { type ClickHouseServer, startClickHouse } from '../support/clickhouse.ts';
import { readPage } from '../support/prose.ts';

const STATED = 'stated';
const tables = allTables(await loadCatalog());
let server: ClickHouseServer;
let client: ClickHouseClient;

/** What makes a table what it is, as the server itself describes it. */
const describeTables = async (database: string): Promise<unknown[]> => {
  const query = `SELECT table, name, type, comment, compression_codec, is_in_sorting_key, is_in_partition_key
    FROM system.columns WHERE database = {database: String} AND table IN ({names: Array(String)}) ORDER BY table, position`;
  const names = tables.map(({ name }) => name);
  const columns = await client.query({ query, query_params: { database, names }, format: 'JSONEachRow' });
  const created = await client.query({
    query: `SELECT name, engine_full, sorting_key, partition_key, comment FROM system.tables
      WHERE database = {database: String} AND name IN ({names: Array(String)}) ORDER BY name`,
    query_params: { database, names },
    format: 'JSONEachRow',
  });
  return [...(await columns.json()), ...(await created.json())];
};

beforeAll(async () => {
  server = await startClickHouse();
  client = openClickHouse(server.admin);
});

afterAll(async () => {
  await client?.close();
  await server?.close();
});

describe('migrations', () => {
  test('run once, in order, and a second run does nothing', async () => {
    const ran = await migrate(client);
    expect(ran[0]).toBe('pipeline/0001_pipeline.sql');
    expect(ran).toContain('sonarqube/0001_tables.sql');
    expect(await migrate(client)).toEqual([]);
  });

  test('make tables whose parts are on the disk when an insert is answered', async () => {
    const query =
      'SELECT name, value FROM system.merge_tree_settings WHERE name IN {names: Array(String)} ORDER BY name';
    const result = await client.query({ query, query_params: { names: [...FLUSHED_PARTS] }, format: 'JSONEachRow' });
    expect(await result.json()).toEqual(FLUSHED_PARTS.map((name) => ({ name, value: '1' })));
    const compose = await readPage('infra/docker/clickhouse/candor-durability.xml');
    for (const name of FLUSHED_PARTS) expect(compose).toContain(`<${name}>1</${name}>`);
  });

  test('make the tables that the packs state: columns, types, comments, codecs, keys, partitions, TTL', async () => {
    await client.command({ query: `CREATE DATABASE ${STATED}` });
    for (const { name, table, retentionDays } of tables) {
      await client.command({ query: createTable(STATED, name, table, retentionDays) });
    }
    const migrated = await describeTables('candor');
    expect(migrated.length).toBeGreaterThan(tables.length * 10);
    expect(migrated).toEqual(await describeTables(STATED));
  });

  test('may run in two places at once', async () => {
    await client.command({ query: 'DROP DATABASE candor SYNC' });
    await Promise.all([migrate(client), migrate(client)]);
    expect(await migrate(client)).toEqual([]);
    expect(await describeTables('candor')).toEqual(await describeTables(STATED));
  });

  test('leave no column without a comment', async () => {
    const result = await client.query({
      query:
        "SELECT table, name FROM system.columns WHERE database = 'candor' AND table != 'migrations' AND comment = ''",
      format: 'JSONEachRow',
    });
    expect(await result.json()).toEqual([]);
  });

  test('refuse a migration that was changed after it had run', async () => {
    await client.command({
      query:
        "ALTER TABLE candor.migrations UPDATE checksum = 'other' WHERE name LIKE 'emqx/%' SETTINGS mutations_sync = 2",
    });
    await expect(migrate(client)).rejects.toThrow('emqx/0001_tables.sql was changed after it had run');
  });
});
