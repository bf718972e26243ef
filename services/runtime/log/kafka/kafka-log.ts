import { setTimeout as sleep } from 'node:timers/promises';
import type { Admin, Kafka } from 'kafkajs';
import type { Topic } from '../../../../schemas/topics/topics.ts';
import { PermanentError, RetryableError } from '../../errors.ts';
import type { Logger } from '../../logger.ts';
import { retrying } from '../../retry.ts';
import type { EventLog, OffsetRange, OwnedPartition, Progress } from '../event-log.ts';
import { checkTopics } from './check-topics.ts';
import type { KafkaLogConfig } from './config.ts';
import { connectToKafka, createKafkaClient } from './connection.ts';
import { GroupConsumer } from './group-consumer.ts';
import { type GroupOfTopic, readGroupOffsets } from './group-offsets.ts';
import { InFlightBytes } from './in-flight-bytes.ts';
import { IdempotentProducer, type PartitionProducer } from './partition-producer.ts';
import { PartitionQueue } from './partition-queue.ts';
import { readRanges } from './ranges.ts';
import { readRecords } from './read-records.ts';
import { describeTopics } from './topic-settings.ts';

/** What the log on Kafka is about. */
export interface KafkaLogOptions {
  readonly config: KafkaLogConfig;
  /** Names this process to the brokers, such as `candor-edge`. */
  readonly clientId: string;
  /** The first one is where lineage begins: its generation is the log's. */
  readonly topics: readonly [Pick<Topic, 'name' | 'kafka'>, ...Pick<Topic, 'name' | 'kafka'>[]];
  readonly partitions: number;
  readonly logger: Logger;
}

/** Room for what Kafka puts around one value: 61 bytes around a batch, up to 30 around a record. */
const OVERHEAD_BYTES = 1_024;

/** Bytes of the largest value that a topic takes. */
export const largestValueBytes = ({ kafka }: Pick<Topic, 'kafka'>): number => kafka.maxMessageBytes - OVERHEAD_BYTES;

/** Bytes of one fetch of a partition, as kafkajs has it by default; a larger record comes alone. */
const FETCH_BYTES = 1024 * 1024;

/** Longest time for what is under way to be acknowledged, and for the connections to end; a process has 9 s for all its parts. */
const CLOSE_TIMEOUT_MS = 4_000;

/** The event log on Apache Kafka. */
export class KafkaLog implements EventLog {
  readonly generation: string;
  readonly #options: KafkaLogOptions;
  readonly #kafka: Kafka;
  readonly #admin: Admin;
  readonly #generations: ReadonlyMap<string, string>;
  readonly #producer: PartitionProducer;
  readonly #inFlight: InFlightBytes;
  readonly #queues = new Map<string, PartitionQueue>();
  #closing: Promise<void> | undefined;

  private constructor(options: KafkaLogOptions, kafka: Kafka, admin: Admin, generations: ReadonlyMap<string, string>) {
    this.#options = options;
    this.#kafka = kafka;
    this.#admin = admin;
    this.#generations = generations;
    this.generation = generations.get(options.topics[0].name) ?? '';
    const gzipped = options.topics.filter((topic) => topic.kafka.compressionType === 'gzip').map(({ name }) => name);
    this.#producer = new IdempotentProducer(kafka, options.config.KAFKA_REQUEST_TIMEOUT_MS, new Set(gzipped));
    this.#inFlight = new InFlightBytes(options.config.KAFKA_MAX_IN_FLIGHT_BYTES);
  }

  /**
   * Connects and checks the topics; tries until Kafka can be reached or `signal` aborts.
   *
   * @throws StartError when a topic is not as it must be, or the login is refused; RetryableError when `signal` has aborted
   * before.
   */
  static async open(options: KafkaLogOptions, signal: AbortSignal): Promise<KafkaLog> {
    const { config, clientId, topics, partitions, logger } = options;
    const kafka = createKafkaClient(config, clientId, logger);
    const admin = kafka.admin();
    try {
      await connectToKafka(config, admin, { logger, signal });
      const generations = await retrying({ logger, signal, stage: 'kafka' }, () =>
        checkTopics(admin, topics, partitions, logger),
      );
      return new KafkaLog(options, kafka, admin, generations);
    } catch (error) {
      await admin.disconnect();
      throw error;
    }
  }

  /** Resolves with -1 when there is nothing to append. @throws PermanentError when a value is larger than its topic takes. */
  async append(topic: string, partition: number, values: readonly Buffer[]): Promise<number> {
    if (this.#closing !== undefined) throw new RetryableError('the log is closed');
    const queue = this.#queue(topic, partition);
    const bound = largestValueBytes(this.#topic(topic));
    const tooLarge = values.find(({ length }) => length > bound);
    if (tooLarge !== undefined) {
      throw new PermanentError(`a value of ${tooLarge.length} bytes is larger than the ${bound} that ${topic} takes`);
    }
    return values.length === 0 ? -1 : queue.append(values);
  }

  async consume(
    topic: string,
    group: string,
    signal: AbortSignal,
    work: (partition: OwnedPartition) => Promise<void>,
  ): Promise<void> {
    const { logger, partitions } = this.#options;
    const checkTopic = (): Promise<void> => this.#checkGenerations(topic);
    const parts = { kafka: this.#kafka, admin: this.#admin, logger, partitions, checkTopic, fetchBytes: FETCH_BYTES };
    await new GroupConsumer({ ...parts, ...this.#groupOf(topic, group) }, work).run(signal);
  }

  async lag(topic: string, group: string): Promise<number> {
    const offsets = await readGroupOffsets(this.#admin, this.#groupOf(topic, group));
    return [...offsets.values()].reduce((sum, { position, end }) => sum + end - position, 0);
  }

  async ranges(topic: string): Promise<readonly OffsetRange[]> {
    const ranges = await readRanges(this.#admin, topic);
    await this.#checkGenerations(topic);
    return ranges;
  }

  async read(
    topic: string,
    partition: number,
    offsets: readonly number[],
    maxBytes = Number.POSITIVE_INFINITY,
  ): Promise<ReadonlyMap<number, Buffer>> {
    const { start, end } = (await this.ranges(topic))[partition] ?? { start: 0, end: 0 };
    const present = offsets.filter((offset) => offset >= start && offset < end);
    if (present.length === 0) return new Map();
    const parts = { kafka: this.#kafka, admin: this.#admin, fetchBytes: FETCH_BYTES };
    return readRecords(parts, topic, partition, present, maxBytes);
  }

  async progress(topic: string, group: string, partition: number): Promise<Progress> {
    const offset = (await readGroupOffsets(this.#admin, this.#groupOf(topic, group))).get(partition);
    if (offset === undefined) throw new Error(`the log has no ${topic}/${partition}`);
    return { committed: offset.position, end: offset.end };
  }

  /** Waits for the appends under way, but not for a Kafka that is away: their outcome is unknown then. */
  close(): Promise<void> {
    this.#closing ??= Promise.race([this.#close(), sleep(CLOSE_TIMEOUT_MS, undefined, { ref: false })]);
    return this.#closing;
  }

  async #close(): Promise<void> {
    await Promise.all([...this.#queues.values()].map((queue) => queue.drain()));
    await this.#producer.close();
    await this.#admin.disconnect();
  }

  #topic(name: string): Pick<Topic, 'name' | 'kafka'> {
    const topic = this.#options.topics.find((each) => each.name === name);
    if (topic === undefined) throw new Error(`the log has no topic ${name}`);
    return topic;
  }

  #groupOf(topic: string, group: string): GroupOfTopic {
    return { topic, group, generation: this.#generations.get(topic) ?? '' };
  }

  #queue(topic: string, partition: number): PartitionQueue {
    const name = `${topic}/${partition}`;
    let queue = this.#queues.get(name);
    if (queue === undefined) {
      if (!(partition >= 0 && partition < this.#options.partitions)) throw new Error(`the log has no ${name}`);
      const { config } = this.#options;
      const bounds = {
        lingerMs: config.KAFKA_LINGER_MS,
        batchBytes: config.KAFKA_BATCH_BYTES,
        deadlineMs: config.KAFKA_DELIVERY_TIMEOUT_MS,
      };
      queue = new PartitionQueue(name, bounds, this.#inFlight, (values) =>
        this.#producer.send(topic, partition, values),
      );
      this.#queues.set(name, queue);
    }
    return queue;
  }

  /**
   * What is read must be what was there at the start, and so must be where lineage begins.
   *
   * @throws PermanentError when it is not, RetryableError when Kafka is away.
   */
  async #checkGenerations(topic: string): Promise<void> {
    const names = [...new Set([topic, this.#options.topics[0].name])];
    const found = await describeTopics(this.#admin, names);
    for (const name of names) {
      if (found.find((each) => each.name === name)?.generation !== this.#generations.get(name)) {
        throw new PermanentError(`the topic ${name} was deleted and made anew: start again to go on with it`);
      }
    }
  }
}
