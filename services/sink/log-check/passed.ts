import { TOPICS } from '../../../schemas/topics/topics.ts';
import type { EventLog } from '../../runtime/log/event-log.ts';

/**
 * Offset of a partition of the raw log before which every stage is done: whatever stands there has an outcome, or never gets one.
 * Undefined while anything is on its way behind the raw log. Asked in the order of the stages: what one has committed stands in the
 * topic behind it.
 *
 * @throws RetryableError when the log is away.
 */
export const passedOffset = async (log: Pick<EventLog, 'progress'>, partition: number): Promise<number | undefined> => {
  const progress = ({ name, consumer }: { readonly name: string; readonly consumer: string }) =>
    log.progress(name, consumer, partition);
  const { committed: passed } = await progress(TOPICS.raw);
  for (const topic of [TOPICS.anonymized, TOPICS.rows]) {
    const { committed, end } = await progress(topic);
    if (committed < end) return undefined;
  }
  return passed;
};
