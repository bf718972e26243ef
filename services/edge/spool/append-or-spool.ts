import { TOPICS } from '../../../schemas/topics/topics.ts';
import { PermanentError, RetryableError } from '../../runtime/errors.ts';
import { largestValueBytes } from '../../runtime/log/kafka/kafka-log.ts';
import type { AppendRaw } from '../append-raw.ts';
import type { Spool } from './spool.ts';

/** Rejects with a {@link RetryableError} when `appended` has not ended within `afterMs`. */
const within = <T>(appended: Promise<T>, afterMs: number): Promise<T> => {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => late.reject(new RetryableError(`the log has not acknowledged a report within ${afterMs} ms`)),
    afterMs,
  );
  return Promise.race([appended, late.promise]).finally(() => clearTimeout(timer));
};

/** Into the spool comes only what can leave it again: anything larger would hold up its partition for ever. */
const MAX_VALUE_BYTES = largestValueBytes(TOPICS.raw);

/**
 * Raw events go to the log; into the spool when that fails or takes longer than `afterMs`. While the oldest spooled event of a
 * partition has been there for longer than that, new ones go straight behind it: the drainer alone finds out whether the log
 * is back.
 */
export const appendOrSpool =
  (append: AppendRaw, spool: Spool, afterMs: number): AppendRaw =>
  async (partition, value) => {
    if (value.length > MAX_VALUE_BYTES) {
      throw new PermanentError(`an event of ${value.length} bytes is larger than the ${MAX_VALUE_BYTES} of its topic`);
    }
    const { oldestMs } = spool.of(partition);
    if (oldestMs !== undefined && Date.now() - oldestMs > afterMs) {
      await spool.append(partition, value);
      return undefined;
    }
    const appended = append(partition, value);
    try {
      return await within(appended, afterMs);
    } catch (error) {
      if (!(error instanceof RetryableError)) throw error;
      const elsewhere = appended.then(
        () => true,
        () => false,
      );
      await spool.append(partition, value, elsewhere);
      return undefined;
    }
  };
