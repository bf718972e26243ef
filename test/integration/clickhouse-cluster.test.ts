import { type ClickHouseClient, ClickHouseError } from '@clickhouse/client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openClickHouse } from '../../infra/clickhouse/client.ts';
import { onCluster, replicated } from '../../infra/clickhouse/cluster.ts';
import { readMigrations, statementsOf } from '../../infra/clickhouse/migrate.ts';
import { type ClickHouseServer, startClickHouse } from '../support/clickhouse.ts';
import { eventually } from '../support/eventually.ts';
import { describeWithRegistry } from '../support/registry.ts';
import { startZooKeeper, type ZooKeeper } from '../support/zookeeper.ts';

let zooKeeper: ZooKeeper;
let server: ClickHouseServer;
let client: ClickHouseClient;

const configuration = (zooKeeperPort: number): string => `<clickhouse>
  <zookeeper><node><host>127.0.0.1</host><port>${zooKeeperPort}</port></node></zookeeper>
  <macros><shard>1</shard><replica>a</replica></macros>
</clickhouse>`;

/** A ZooKeeper that has just started may lose its first connections (33: CANNOT_READ_ALL_DATA, 999: KEEPER_EXCEPTION). */
const create = (query: string): Promise<true> =>
  eventually('a table', 30_000, () =>
    client.command({ query }).then(
      () => true as const,
      (error: unknown) => {
        if (!(error instanceof ClickHouseError && ['33', '999'].includes(error.code))) throw error;
        return undefined;
      },
    ),
  );

/** Needs Java and Maven, as the registry does. */
describeWithRegistry('On a cluster, with a real ZooKeeper,', () => {
  beforeAll(async () => {
    zooKeeper = await startZooKeeper();
    server = await startClickHouse(configuration(zooKeeper.port));
    client = openClickHouse(server.admin);
  });

  afterAll(async () => {
    await client?.close();
    await server?.close();
    await zooKeeper?.close();
  });

  test('every table can be made replicated, and every migration knows where ON CLUSTER goes', async () => {
    const statements = (await readMigrations()).flatMap(({ sql }) => statementsOf(sql));
    expect(
      statements.map((statement) => onCluster(statement, 'c')).every((sql) => sql.includes(" ON CLUSTER 'c'")),
    ).toBe(true);
    await client.command({ query: 'CREATE DATABASE candor' });
    // The embedded server has no port for other replicas: its replicas never become writable, but it checks what they are.
    const tables = statements.filter((statement) => /^CREATE TABLE/m.test(statement));
    for (const statement of tables) await create(replicated(statement));
    const result = await client.query({
      query: `SELECT countIf(engine LIKE 'Replicated%' AND engine_full LIKE '%{shard}%') AS replicated, count() AS all
        FROM system.tables WHERE database = 'candor'`,
      format: 'JSONEachRow',
    });
    const [{ replicated: made, all } = { replicated: '', all: '' }] =
      await result.json<Record<'replicated' | 'all', string>>();
    expect(Number(made)).toBe(tables.length);
    expect(all).toBe(made);
  });
});
