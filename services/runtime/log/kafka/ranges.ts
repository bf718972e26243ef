import type { Admin } from 'kafkajs';
import type { OffsetRange } from '../event-log.ts';
import { classified } from './kafka-errors.ts';

/**
 * What each partition of a topic holds, by partition.
 *
 * @throws RetryableError when Kafka is away.
 */
export const readRanges = async (admin: Admin, topic: string): Promise<readonly OffsetRange[]> => {
  try {
    const partitions = await admin.fetchTopicOffsets(topic);
    return partitions
      .toSorted((one, other) => one.partition - other.partition)
      .map(({ low, high }) => ({ start: Number(low), end: Number(high) }));
  } catch (error) {
    throw classified(error, `asking Kafka what ${topic} holds`);
  }
};
