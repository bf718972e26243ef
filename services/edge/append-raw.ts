import { TOPICS } from '../../schemas/topics/topics.ts';
import type { EventLog } from '../runtime/log/event-log.ts';

/**
 * Makes an encoded raw event durable in its partition.
 *
 * @throws RetryableError when it can't be made durable; it may be in the log all the same.
 */
export type AppendRaw = (partition: number, value: Buffer) => Promise<void>;

/** Raw events go to the log. */
export const appendToLog =
  (log: EventLog): AppendRaw =>
  async (partition, value) => {
    await log.append(TOPICS.raw.name, partition, [value]);
  };
