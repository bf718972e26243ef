import cluster from 'node:cluster';
import { setTimeout as sleep } from 'node:timers/promises';
import { loadCatalog } from '../../schemas/pack/catalog.ts';
import { readEnvironment } from '../runtime/environment.ts';
import { createLogger } from '../runtime/logger.ts';
import { exitUnstarted, untilStopped } from '../runtime/process.ts';
import { runService, serviceEnvironment } from '../runtime/service.ts';
import { RedisStateStore } from '../runtime/state/redis.ts';
import { redisEnvironment } from '../runtime/state/redis-config.ts';
import { edgeEnvironment } from './config.ts';
import { startEdge } from './edge.ts';
import { processesEnvironment, watchProcesses } from './processes.ts';

const readConfig = () =>
  readEnvironment({ ...edgeEnvironment, ...processesEnvironment, ...serviceEnvironment, ...redisEnvironment });

/** The edge itself, in this process. */
const runEdge = () =>
  runService('edge', readConfig, async (config, { lifecycle, requires, ...parts }) => {
    const state = new RedisStateStore(config.REDIS_URL);
    lifecycle.onClose('Redis', () => state.close());
    const edge = await startEdge(config, { ...parts, catalog: await loadCatalog(), state });
    lifecycle.onClose('edge', () => edge.close());
    let isDraining = false;
    requires(async () => (isDraining ? 'it is about to stop' : undefined));
    lifecycle.onClose('readiness', async () => {
      isDraining = true;
      edge.announceEnd();
      await sleep(config.EDGE_DRAIN_MS);
    });
  });

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
