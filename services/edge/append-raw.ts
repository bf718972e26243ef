import { TOPICS } from '../../schemas/topics/topics.ts';
import type { EventLog } from '../runtime/log/event-log.ts';

/**
 * Makes an encoded raw event durable in its partition, and resolves with its offset there; undefined when it has none yet.
 *
 * @throws RetryableError when it can't be made durable; it may be in the log all the same.
 */
export type AppendRaw = (partition: number, value: Buffer) => Promise<number | undefined>;

/** Raw events go to the log. */
export const appendToLog =
  (log: EventLog): AppendRaw =>
  (partition, value) =>
    log.append(TOPICS.raw.name, partition, [value]);
