import { z } from 'zod';
import { port } from './environment.ts';
import { messageOf, PermanentError, RetryableError, StartError } from './errors.ts';
import { LOG_LEVELS, type Logger } from './logger.ts';

/** The environment of every process: how it is watched. */
export const processEnvironment = {
  ADMIN_HOST: z.string().default('127.0.0.1'),
  ADMIN_PORT: port(9464),
  LOG_LEVEL: z.enum(LOG_LEVELS).default('info'),
};

/** Longest that a stop may take; what isn't done by then goes on at the next start. */
const STOP_TIMEOUT_MS = 9_000;

/** What runs until it is told to stop. */
export interface Running {
  readonly failed: Promise<never>;
  close(): Promise<void>;
}

/**
 * Waits for SIGINT, SIGTERM or a failure, closes what runs and ends the process: with 0, or with 1 after a failure or when
 * the stop took too long.
 */
export const untilStopped = async (
  running: Running,
  logger: Logger,
  onStop: () => void = () => undefined,
): Promise<never> => {
  const signalled = new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => resolve());
  });
  const hasFailed = await Promise.race([signalled.then(() => false), running.failed.catch(() => true)]);
  onStop();
  setTimeout(() => {
    logger.warn('not everything ended in time');
    process.exit(1);
  }, STOP_TIMEOUT_MS).unref();
  await running.close();
  process.exit(hasFailed ? 1 : 0);
};

/** Ends a service or a command with what kept it from its work: trouble that we know is one line, anything else shows where it is. */
export const exitUnstarted = (error: unknown): never => {
  const isExpected = [StartError, PermanentError, RetryableError].some((known) => error instanceof known);
  const isBug = error instanceof Error && !isExpected;
  process.stderr.write(isBug ? `${error.stack}\n` : `candor: ${messageOf(error)}\n`);
  process.exit(1);
};
