import { setTimeout as sleep } from 'node:timers/promises';
import { PARTITIONS, TOPICS } from '../../../schemas/topics/topics.ts';
import type { EventLog } from '../../runtime/log/event-log.ts';

/** Time between two looks at how far a stage has come. */
const LOOK_INTERVAL_MS = 500;

const partitions = Array.from({ length: PARTITIONS }, (_, partition) => partition);

/**
 * Waits until everything that any stage has read by now is stored. What stands in the raw log, then in the topic behind it, and so on
 * is passed one stage after the other: a stage may have read its batch before it could know of an erasure, and writes it after.
 *
 * @throws RetryableError when the log is away; the reason of `signal` when it aborts.
 */
export const pipelinePassed = async (log: Pick<EventLog, 'progress'>, signal: AbortSignal): Promise<void> => {
  for (const { name, consumer } of [TOPICS.raw, TOPICS.anonymized, TOPICS.rows]) {
    const progress = () => {
      signal.throwIfAborted();
      return Promise.all(partitions.map((partition) => log.progress(name, consumer, partition)));
    };
    const ends = (await progress()).map(({ end }) => end);
    while ((await progress()).some(({ committed }, partition) => committed < (ends[partition] ?? 0)))
      await sleep(LOOK_INTERVAL_MS, undefined, { signal });
  }
};
