import type { Consumer, Kafka } from 'kafkajs';
import { CLIENT_RETRY } from './connection.ts';
import { holdingAssigner } from './holding-assigner.ts';

/** What the member of a group has a say in. */
export interface ConsumerClientOptions {
  readonly group: string;
  /** Bytes of one fetch of a partition, unless a single record is larger. */
  readonly fetchBytes: number;
  /** Asked before each join: the partitions may belong to somebody else after it. */
  readonly mayJoin: () => boolean;
  /** Asked after a crash. */
  readonly mayRestart: () => boolean;
}

/**
 * After this time without a heartbeat the group goes on without a member: so long does a partition wait when its owner was
 * killed, or when a broker died and the member that it knew comes back as another one.
 */
const SESSION_TIMEOUT_MS = 15_000;

/** Longest that a rebalance waits for its members; longer than a hand-over waits for work. */
const REBALANCE_TIMEOUT_MS = 20_000;

/** Longest wait of a broker for something new; so long a partition may also wait to be fetched again. */
const MAX_WAIT_MS = 100;

/** kafkajs's tries before it calls it a crash and starts the consumer anew: 12 s, which is longer than a hand-over waits. */
const RETRIES = 15;

/** kafkajs's consumer as the log uses it; not connected yet. */
export const createConsumer = (kafka: Kafka, options: ConsumerClientOptions): Consumer =>
  kafka.consumer({
    groupId: options.group,
    allowAutoTopicCreation: false,
    partitionAssigners: [holdingAssigner(options.mayJoin)],
    sessionTimeout: SESSION_TIMEOUT_MS,
    rebalanceTimeout: REBALANCE_TIMEOUT_MS,
    maxWaitTimeInMs: MAX_WAIT_MS,
    maxBytesPerPartition: options.fetchBytes,
    retry: { ...CLIENT_RETRY, retries: RETRIES, restartOnFailure: async () => options.mayRestart() },
  });
