import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Admin, Consumer, EachBatchPayload, Kafka } from 'kafkajs';
import { messageOf, PermanentError, RetryableError } from '../../errors.ts';
import type { Logger } from '../../logger.ts';
import { retrying } from '../../retry.ts';
import type { OwnedPartition } from '../event-log.ts';
import { commitOffset } from './commit.ts';
import { createConsumer } from './consumer-client.ts';
import { type GroupOffset, type GroupOfTopic, readGroupOffsets } from './group-offsets.ts';
import { classified } from './kafka-errors.ts';
import { Ownerships } from './ownerships.ts';
import { PartitionStream } from './partition-stream.ts';

/** What a member of a group reads, and with what. */
export interface GroupConsumerOptions extends GroupOfTopic {
  readonly kafka: Kafka;
  readonly admin: Admin;
  /** Partitions of the topic. */
  readonly partitions: number;
  /** Bytes of one fetch of a partition, unless a single record is larger. */
  readonly fetchBytes: number;
  readonly logger: Logger;
  /** Throws a PermanentError when the topic is not the one it was. */
  readonly checkTopic: () => Promise<void>;
}

/** Longest that a hand-over waits for work to end: meanwhile no heartbeats are sent. */
const HOLD_MS = 10_000;

/** Longest wait for the group to be left: a rebalance of the others may hold it up. */
const LEAVE_MS = 3_000;

/** How old the knowledge may be that the topic is the one it was: three small requests each time. */
const CHECK_TOPIC_EVERY_MS = 5_000;

/** Time between two log lines about a consumer that doesn't work. */
const LOG_EVERY_MS = 60_000;

/** One member of a consumer group: runs `work` for each partition that the group gives it. */
export class GroupConsumer {
  readonly #options: GroupConsumerOptions;
  readonly #consumer: Consumer;
  readonly #ownerships: Ownerships;
  readonly #stop = new AbortController();
  readonly #failures: unknown[] = [];
  /** Resolves when the partitions of this epoch are known. */
  #started: Promise<void> = Promise.resolve();
  /** Crashes since the group was joined. */
  #crashes = 0;
  #loggedAtMs = 0;
  /** When the topic was last seen to be the one it was, on the clock of `performance`. */
  #checkedAtMs = 0;

  constructor(options: GroupConsumerOptions, work: (partition: OwnedPartition) => Promise<void>) {
    this.#options = options;
    this.#ownerships = new Ownerships({ work, onFailure: (error, stream) => this.#workFailed(error, stream) });
    this.#stop.signal.addEventListener('abort', () => this.#ownerships.end());
    this.#consumer = createConsumer(options.kafka, {
      group: options.group,
      fetchBytes: options.fetchBytes,
      mayJoin: () => this.#mayJoin(),
      mayRestart: () => !this.#stop.signal.aborted,
    });
  }

  /** Works until `signal` aborts or a work fails; rejects with the first failure after all work has ended. */
  async run(signal: AbortSignal): Promise<void> {
    const stop = (): void => this.#stop.abort();
    signal.addEventListener('abort', stop);
    try {
      if (signal.aborted) return;
      await this.#read();
    } finally {
      signal.removeEventListener('abort', stop);
    }
    if (this.#failures.length > 0) throw this.#failures[0];
  }

  async #read(): Promise<void> {
    const { topic, logger, group } = this.#options;
    const stopped = once(this.#stop.signal, 'abort');
    const { GROUP_JOIN, CRASH } = this.#consumer.events;
    this.#consumer.on(GROUP_JOIN, ({ payload }) => this.#joined(payload.memberAssignment[topic] ?? []));
    this.#consumer.on(CRASH, ({ payload }) => this.#crashed(payload.error, payload.restart));
    try {
      await retrying({ signal: this.#stop.signal, logger, stage: group }, () => this.#connect());
      // Resolves after the first join, which may take long: it is not waited for.
      this.#consumer
        .run({
          autoCommit: false,
          eachBatchAutoResolve: false,
          partitionsConsumedConcurrently: this.#options.partitions,
          eachBatch: (payload) => this.#deliver(payload),
        })
        .catch((error: unknown) => this.#fail(error));
      await stopped;
    } catch (error) {
      if (!this.#stop.signal.aborted) this.#fail(error);
    } finally {
      this.#ownerships.end();
      await this.#ownerships.idle();
      await Promise.race([this.#disconnect(), sleep(LEAVE_MS, undefined, { ref: false })]);
    }
  }

  async #connect(): Promise<void> {
    try {
      await this.#consumer.connect();
      await this.#consumer.subscribe({ topics: [this.#options.topic], fromBeginning: true });
    } catch (error) {
      throw classified(error, `connecting to read ${this.#options.topic}`);
    }
  }

  async #disconnect(): Promise<void> {
    await this.#consumer.disconnect().catch((error: unknown) => {
      this.#options.logger.debug({ error: messageOf(error) }, 'a consumer could not leave its group');
    });
  }

  /** Called before each join: the partitions may belong to somebody else after it. */
  #mayJoin(): boolean {
    this.#ownerships.end();
    if (this.#stop.signal.aborted) return false;
    return this.#ownerships.isIdle || this.#ownerships.overdueMs > HOLD_MS;
  }

  #joined(partitions: readonly number[]): void {
    this.#crashes = 0;
    const epoch = this.#ownerships.begin();
    if (this.#stop.signal.aborted) {
      void this.#disconnect();
      return;
    }
    this.#started = this.#start(partitions, epoch).catch((error: unknown) => {
      if (!epoch.aborted) this.#fail(error);
    });
  }

  async #start(partitions: readonly number[], epoch: AbortSignal): Promise<void> {
    const { admin, topic, group, logger } = this.#options;
    const offsets = await retrying({ signal: epoch, logger, stage: group }, async () => {
      await this.#checkTopic();
      return readGroupOffsets(admin, this.#options);
    });
    if (epoch.aborted) return;
    this.#consumer.resume([{ topic, partitions: [...partitions] }]);
    for (const partition of partitions) this.#startPartition(partition, offsets.get(partition), epoch);
  }

  #startPartition(partition: number, offset: GroupOffset | undefined, epoch: AbortSignal): void {
    const { topic, group, generation, logger } = this.#options;
    if (offset === undefined) throw new PermanentError(`Kafka gave ${group} a partition that ${topic} does not have`);
    const { position, impossible } = offset;
    if (impossible !== undefined) {
      logger.error(
        { topic, partition, group, committed: impossible, position },
        'the log does not go on at the commit',
      );
    }
    const isOurs = (): boolean => this.#ownerships.isOurs(stream);
    const stream: PartitionStream = new PartitionStream(partition, position, AbortSignal.any([epoch]), (nextOffset) =>
      commitOffset(this.#consumer, { topic, partition, nextOffset, generation, isOurs, signal: stream.signal }),
    );
    this.#ownerships.start(stream);
  }

  /** Hands a fetch to its partition, which is not fetched again before its owner has read that. */
  async #deliver({ batch, pause, resolveOffset, isRunning, isStale }: EachBatchPayload): Promise<void> {
    const { topic, partition } = batch;
    await this.#started;
    await this.#checkOffset(partition, Number(batch.firstOffset()));
    if (!isRunning() || isStale()) return;
    const resume = pause();
    const stream = this.#ownerships.streamOf(partition);
    if (stream === undefined) return;
    const { expected } = stream;
    const records = batch.messages.map(({ offset, value }) => ({
      offset: Number(offset),
      value: value ?? Buffer.alloc(0),
    }));
    const taken = stream.take({ records, end: Number(batch.highWatermark), resume });
    if (taken === 'gap') this.#consumer.seek({ topic, partition, offset: String(expected) });
    else resolveOffset(batch.lastOffset());
    if (taken === 'gap' || taken === 'nothing new') resume();
    if (taken === 'taken after a gap') {
      const details = { topic, partition, expected, found: Number(batch.firstOffset()) };
      this.#options.logger.error(details, 'records were removed from the log before they had been read');
    }
  }

  /**
   * The topic may have been made anew: kafkajs then goes back to the first record, since Kafka does not know the offset. Or
   * Kafka does know it, if meanwhile the new topic has grown beyond it; that takes time, which a process that stood still
   * has lost.
   */
  async #checkOffset(partition: number, first: number): Promise<void> {
    const stream = this.#ownerships.streamOf(partition);
    if (stream === undefined) return;
    if (first >= stream.expected && performance.now() - this.#checkedAtMs < CHECK_TOPIC_EVERY_MS) return;
    const { logger, group } = this.#options;
    try {
      await retrying({ signal: stream.signal, logger, stage: group }, () => this.#checkTopic());
    } catch (error) {
      this.#workFailed(error, stream);
    }
  }

  async #checkTopic(): Promise<void> {
    const startedAtMs = performance.now();
    await this.#options.checkTopic();
    this.#checkedAtMs = startedAtMs;
  }

  #crashed(error: Error, restarts: boolean): void {
    this.#ownerships.begin();
    if (this.#stop.signal.aborted) return;
    const { topic, group, logger } = this.#options;
    const cause = classified(error, `reading ${topic}`);
    if (!restarts) {
      this.#fail(cause instanceof RetryableError ? new PermanentError(cause.message, { cause: error }) : cause);
      return;
    }
    this.#crashes += 1;
    // The first one is usual: the coordinator of a fresh group is still loading, or the leader has moved.
    if (this.#crashes > 1 && Date.now() - this.#loggedAtMs > LOG_EVERY_MS) {
      this.#loggedAtMs = Date.now();
      logger.warn({ stage: group, error: messageOf(cause) }, 'trying again until it works');
    }
  }

  /** What a work could not do within its ownership is up to the next owner. */
  #workFailed(error: unknown, { partition, signal }: PartitionStream): void {
    if (!signal.aborted || !(error instanceof RetryableError)) {
      this.#fail(error);
      return;
    }
    const { topic, logger } = this.#options;
    logger.debug({ topic, partition, error: messageOf(error) }, 'work was given up at the end of an ownership');
  }

  #fail(error: unknown): void {
    this.#failures.push(error);
    this.#stop.abort();
  }
}
