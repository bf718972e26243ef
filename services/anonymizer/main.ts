import { loadCatalog } from '../../schemas/pack/catalog.ts';
import { readEnvironment } from '../runtime/environment.ts';
import { retryingStateStore } from '../runtime/retrying-parts.ts';
import { runService, serviceEnvironment } from '../runtime/service.ts';
import { RedisStateStore } from '../runtime/state/redis.ts';
import { redisEnvironment } from '../runtime/state/redis-config.ts';
import { runAnonymizer } from './anonymizer.ts';
import { anonymizerEnvironment, ownProcessEnvironment } from './config.ts';
import { openPlaces } from './place-database.ts';

const readConfig = () =>
  readEnvironment({ ...anonymizerEnvironment, ...ownProcessEnvironment, ...serviceEnvironment, ...redisEnvironment });

await runService('anonymizer', readConfig, async (config, { lifecycle, ...parts }) => {
  const { logger } = parts;
  const stop = new AbortController();
  const redis = new RedisStateStore(config.REDIS_URL);
  const state = retryingStateStore(redis, {
    signal: stop.signal,
    logger,
    stage: 'anonymizer',
    giveUpAfterMs: config.ANONYMIZER_STATE_TIMEOUT_MS,
  });
  lifecycle.onClose('Redis', () => state.close());
  lifecycle.onClose('retries', async () => stop.abort());
  // Redis being away is told, and waited for, by whoever needs it.
  const settings = await redis.forgetfulSettings().catch(() => []);
  for (const trouble of settings) logger.warn({ trouble }, 'Redis may forget which reports have come');
  const catalog = await loadCatalog();
  const { locate, file, ageDays } = await openPlaces(config, parts, stop.signal);
  logger.info({ file, ageDays }, 'place database opened');
  lifecycle.run('anonymizer', (signal) => runAnonymizer(config, { ...parts, catalog, state, locate }, signal));
});
