import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf, RetryableError } from './errors.ts';
import type { Logger } from './logger.ts';

const FIRST_WAIT_MS = 100;

/** Longest wait between two tries: short enough that a service that is back is noticed at once by a person. */
const LONGEST_WAIT_MS = 5_000;

/** Time between two log lines about the same trouble. */
const LOG_EVERY_MS = 60_000;

/** How to try again. */
export interface RetryOptions {
  readonly signal: AbortSignal;
  readonly logger: Logger;
  /** Who tries, for the log line. */
  readonly stage: string;
  /** Time after which the last error is thrown on; never when not given. */
  readonly giveUpAfterMs?: number;
}

/**
 * Tries until it succeeds, waiting longer each time, as long as what is thrown is a {@link RetryableError}; anything else is
 * thrown on. An abort of `signal` ends it with the last error.
 */
export const retrying = async <T>(
  { signal, logger, stage, giveUpAfterMs = Number.POSITIVE_INFINITY }: RetryOptions,
  attempt: () => Promise<T>,
): Promise<T> => {
  let loggedAtMs = 0;
  const startedAtMs = Date.now();
  for (let waitMs = FIRST_WAIT_MS; ; waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS)) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof RetryableError) || signal.aborted) throw error;
      if (Date.now() - startedAtMs > giveUpAfterMs) throw error;
      if (Date.now() - loggedAtMs > LOG_EVERY_MS) {
        logger.warn({ stage, error: messageOf(error) }, 'trying again until it works');
        loggedAtMs = Date.now();
      }
      await sleep(error.retryAfterMs ?? waitMs, undefined, { signal }).catch(() => undefined);
    }
  }
};
