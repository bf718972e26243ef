import cluster from 'node:cluster';
import { setTimeout as sleep } from 'node:timers/promises';
import { openClickHouse } from '../../infra/clickhouse/client.ts';
import { optionalClickHouseAccess, optionalClickHouseEnvironment } from '../../infra/clickhouse/config.ts';
import { loadCatalog } from '../../schemas/pack/catalog.ts';
import { echoEnvironment, openEcho } from '../echo/open-echo.ts';
import { readEnvironment } from '../runtime/environment.ts';
import { createLogger } from '../runtime/logger.ts';
import { exitUnstarted, untilStopped } from '../runtime/process.ts';
import { runService, serviceEnvironment } from '../runtime/service.ts';
import { RedisStateStore } from '../runtime/state/redis.ts';
import { redisEnvironment } from '../runtime/state/redis-config.ts';
import { edgeEnvironment } from './config.ts';
import { startEdge } from './edge.ts';
import { processesEnvironment, watchProcesses } from './processes.ts';
import { spoolEnvironment } from './spool/config.ts';
import { drainLeftovers } from './spool/leftovers.ts';
import { startSpool } from './spool/start-spool.ts';

const readConfig = () =>
  readEnvironment({
    ...edgeEnvironment,
    ...processesEnvironment,
    ...spoolEnvironment,
    ...echoEnvironment,
    ...serviceEnvironment,
    ...redisEnvironment,
    ...optionalClickHouseEnvironment,
  });

/** The edge itself, in this process. */
const runEdge = () =>
  runService(
    'edge',
    readConfig,
    async (config, parts) => {
      const { lifecycle, requires } = parts;
      const state = new RedisStateStore(config.REDIS_URL);
      lifecycle.onClose('Redis', () => state.close());
      const access = optionalClickHouseAccess(config);
      const tables = access && openClickHouse(access);
      lifecycle.onClose('ClickHouse connections', async () => tables?.close());
      const spool = await startSpool(config, parts);
      if (config.EDGE_PROCESS === 0) await drainLeftovers(config, parts);
      const catalog = await loadCatalog();
      const stop = new AbortController();
      lifecycle.onClose('place database', async () => stop.abort());
      const echo = await openEcho(config, { ...parts, catalog }, stop.signal);
      const edge = await startEdge(config, { ...parts, ...spool, catalog, state, tables, echo });
      lifecycle.onClose('edge', () => edge.close());
      let isDraining = false;
      requires(async () => (isDraining ? 'it is about to stop' : undefined));
      lifecycle.onClose('readiness', async () => {
        isDraining = true;
        edge.announceEnd();
        await sleep(config.EDGE_DRAIN_MS);
      });
    },
    { waitsForKafka: false },
  );

/** One process that watches over those that `EDGE_PROCESSES` asks for. */
const runProcesses = async (config: ReturnType<typeof readConfig>): Promise<void> => {
  const logger = createLogger(config.LOG_LEVEL);
  await untilStopped(watchProcesses(config, logger), logger);
};

try {
  const config = readConfig();
  await (cluster.isPrimary && config.EDGE_PROCESSES > 1 ? runProcesses(config) : runEdge());
} catch (error) {
  exitUnstarted(error);
}
