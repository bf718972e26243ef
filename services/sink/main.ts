import { allTables } from '../../infra/clickhouse/all-tables.ts';
import { openClickHouse } from '../../infra/clickhouse/client.ts';
import { clickHouseAccess, clickHouseEnvironment } from '../../infra/clickhouse/config.ts';
import { loadCatalog } from '../../schemas/pack/catalog.ts';
import { readEnvironment } from '../runtime/environment.ts';
import { runService, serviceEnvironment } from '../runtime/service.ts';
import { RedisStateStore } from '../runtime/state/redis.ts';
import { redisEnvironment } from '../runtime/state/redis-config.ts';
import { watchBalance } from './balance.ts';
import { sinkEnvironment } from './config.ts';
import { runEraser } from './erasure/erase.ts';
import { runSink } from './sink.ts';

const readConfig = () =>
  readEnvironment({ ...sinkEnvironment, ...serviceEnvironment, ...clickHouseEnvironment, ...redisEnvironment });

await runService('sink', readConfig, async (config, { lifecycle, requires, ...parts }) => {
  const clickhouse = openClickHouse(clickHouseAccess(config));
  lifecycle.onClose('ClickHouse connections', () => clickhouse.close());
  const state = new RedisStateStore(config.REDIS_URL);
  lifecycle.onClose('Redis', () => state.close());
  requires(async () => ((await clickhouse.ping()).success ? undefined : 'ClickHouse does not answer'));
  const catalog = await loadCatalog();
  const tables = new Map(allTables(catalog).map(({ name, table }) => [name, table]));
  const erase = (signal: AbortSignal) => runEraser({ ...parts, clickhouse, state, tables: [...tables.keys()] }, signal);
  lifecycle.run('sink', (signal) => runSink(config, { ...parts, clickhouse, tables, erase }, signal));
  lifecycle.run('balance', (signal) =>
    watchBalance({ ...parts, clickhouse, state, products: [...catalog.products.keys()] }, signal),
  );
});
