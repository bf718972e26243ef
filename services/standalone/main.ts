import { readEnvironment } from '../runtime/environment.ts';
import { messageOf, StartError } from '../runtime/errors.ts';
import { createLogger } from '../runtime/logger.ts';
import { banner } from './banner.ts';
import { standaloneEnvironment } from './config.ts';
import { startPipeline } from './pipeline.ts';
import { createProgress } from './progress.ts';

/** Longest that a stop may take; what isn't done by then goes on at the next start. */
const STOP_TIMEOUT_MS = 9_000;

const progress = createProgress(process.stdout);

try {
  const config = readEnvironment(standaloneEnvironment);
  const logger = createLogger(config.LOG_LEVEL);
  const pipeline = await startPipeline(config, { logger, onStep: progress.step });
  progress.done();
  process.stdout.write(banner(pipeline, config));

  const signalled = new Promise<string>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => resolve(signal));
  });
  const failed = await Promise.race([signalled.then(() => false), pipeline.failed.catch(() => true)]);
  process.stdout.write('\nStopping: what was acknowledged is kept, the next start goes on from here.\n');
  setTimeout(() => {
    logger.warn('not everything ended in time');
    process.exit(1);
  }, STOP_TIMEOUT_MS).unref();
  await pipeline.close();
  process.exit(failed ? 1 : 0);
} catch (error) {
  progress.failed();
  // A mistake in the start is one line; anything else is a bug and shows where.
  process.stderr.write(
    error instanceof StartError
      ? `candor: ${error.message}\n`
      : `${error instanceof Error ? error.stack : messageOf(error)}\n`,
  );
  process.exit(1);
}
