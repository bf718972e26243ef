import type { Admin } from 'kafkajs';
import { classified } from './kafka-errors.ts';

/** A group, and the topic that it reads. */
export interface GroupOfTopic {
  readonly group: string;
  readonly topic: string;
  /** Which incarnation of the topic. */
  readonly generation: string;
}

/** Where a group stands in one partition. */
export interface GroupOffset {
  /** Where the group goes on: what it has committed, or the first record there is. */
  readonly position: number;
  /** Offset behind the last record. */
  readonly end: number;
  /** What the group has committed when the log can't go on there: its records were removed, or lie behind the end. */
  readonly impossible: number | undefined;
}

/**
 * Where a group stands in the partitions of a topic. What was committed for another incarnation of the topic says nothing of
 * this one: a member that slept through the topic's end may commit after it. A commit that names none is somebody's reset.
 *
 * @throws RetryableError when Kafka is away.
 */
export const readGroupOffsets = async (
  admin: Admin,
  { topic, group, generation }: GroupOfTopic,
): Promise<ReadonlyMap<number, GroupOffset>> => {
  try {
    // In this order: what is committed meanwhile must not seem to be beyond the end.
    const [committed] = await admin.fetchOffsets({ groupId: group, topics: [topic] });
    const partitions = await admin.fetchTopicOffsets(topic);
    const ours = committed?.partitions.filter(({ metadata }) => !metadata || metadata === generation) ?? [];
    const committedBy = new Map(ours.map(({ partition, offset }) => [partition, Number(offset)]));
    return new Map(
      partitions.map(({ partition, low, high }) => {
        const [start, end, offset] = [Number(low), Number(high), committedBy.get(partition) ?? -1];
        // Kafka answers -1 when nothing was committed; kafkajs itself commits -2 for "from the beginning".
        if (offset < 0) return [partition, { position: start, end, impossible: undefined }];
        const isPossible = offset >= start && offset <= end;
        return [partition, { position: isPossible ? offset : start, end, impossible: isPossible ? undefined : offset }];
      }),
    );
  } catch (error) {
    throw classified(error, `asking Kafka where ${group} stands in ${topic}`);
  }
};
