import { readEnvironment } from '../runtime/environment.ts';
import { createLogger } from '../runtime/logger.ts';
import { exitUnstarted, untilStopped } from '../runtime/process.ts';
import { banner } from './banner.ts';
import { standaloneEnvironment } from './config.ts';
import { startPipeline } from './pipeline.ts';
import { createProgress } from './progress.ts';

const progress = createProgress(process.stdout);
try {
  const config = readEnvironment(standaloneEnvironment);
  const logger = createLogger(config.LOG_LEVEL);
  const pipeline = await startPipeline(config, { logger, onStep: progress.step });
  progress.done();
  process.stdout.write(banner(pipeline, config));
  await untilStopped(pipeline, logger, () =>
    process.stdout.write('\nStopping: what was acknowledged is kept, the next start goes on from here.\n'),
  );
} catch (error) {
  progress.failed();
  exitUnstarted(error);
}
