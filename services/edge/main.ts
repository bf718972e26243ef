import { loadCatalog } from '../../schemas/pack/catalog.ts';
import { readEnvironment } from '../runtime/environment.ts';
import { runService, serviceEnvironment } from '../runtime/service.ts';
import { RedisStateStore } from '../runtime/state/redis.ts';
import { redisEnvironment } from '../runtime/state/redis-config.ts';
import { appendToLog } from './append-raw.ts';
import { edgeEnvironment } from './config.ts';
import { startEdge } from './edge.ts';

const readConfig = () => readEnvironment({ ...edgeEnvironment, ...serviceEnvironment, ...redisEnvironment });

await runService('edge', readConfig, async (config, { lifecycle, ...parts }) => {
  const state = new RedisStateStore(config.REDIS_URL);
  lifecycle.onClose('Redis', () => state.close());
  const edge = await startEdge(config, {
    ...parts,
    append: appendToLog(parts.log),
    catalog: await loadCatalog(),
    state,
  });
  lifecycle.onClose('edge', () => edge.close());
});
