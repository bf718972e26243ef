import { type PartitionAssigner, PartitionAssigners } from 'kafkajs';

/** What the broker would answer a member that has to join again: kafkajs 2.2.4 then waits a little and tries to join. */
class StillWorkingError extends Error {
  readonly type = 'REBALANCE_IN_PROGRESS';
}

/**
 * kafkajs's round-robin assigner, asking `mayJoin` before each join. kafkajs has no hook that it waits for before it gives its
 * partitions away; but it asks its assigners for their protocol right before every request to join, whatever the reason
 * (src/consumer/consumerGroup, JOIN), and tries again when that throws as if the broker had said it (joinAndSync).
 */
export const holdingAssigner =
  (mayJoin: () => boolean): PartitionAssigner =>
  (config) => {
    const roundRobin = PartitionAssigners.roundRobin(config);
    return {
      ...roundRobin,
      protocol: (subscription) => {
        if (!mayJoin()) throw new StillWorkingError('work on the partitions has not ended yet');
        return roundRobin.protocol(subscription);
      },
    };
  };
