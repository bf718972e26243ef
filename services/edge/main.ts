import { openClickHouse } from '../../infra/clickhouse/client.ts';
import { optionalClickHouseAccess, optionalClickHouseEnvironment } from '../../infra/clickhouse/config.ts';
import { loadCatalog } from '../../schemas/pack/catalog.ts';
import { readEnvironment } from '../runtime/environment.ts';
import { runService, serviceEnvironment } from '../runtime/service.ts';
import { RedisStateStore } from '../runtime/state/redis.ts';
import { redisEnvironment } from '../runtime/state/redis-config.ts';
import { edgeEnvironment } from './config.ts';
import { startEdge } from './edge.ts';
import { spoolEnvironment } from './spool/config.ts';
import { startSpool } from './spool/start-spool.ts';

const readConfig = () =>
  readEnvironment({
    ...edgeEnvironment,
    ...spoolEnvironment,
    ...serviceEnvironment,
    ...redisEnvironment,
    ...optionalClickHouseEnvironment,
  });

await runService(
  'edge',
  readConfig,
  async (config, parts) => {
    const { lifecycle } = parts;
    const state = new RedisStateStore(config.REDIS_URL);
    lifecycle.onClose('Redis', () => state.close());
    const access = optionalClickHouseAccess(config);
    const tables = access && openClickHouse(access);
    lifecycle.onClose('ClickHouse connections', async () => tables?.close());
    const spool = await startSpool(config, parts);
    const edge = await startEdge(config, { ...parts, ...spool, catalog: await loadCatalog(), state, tables });
    lifecycle.onClose('edge', () => edge.close());
  },
  { waitsForKafka: false },
);
