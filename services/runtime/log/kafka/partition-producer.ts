import kafkajs, { type Kafka, type Producer, type RecordMetadata } from 'kafkajs';
import { RetryableError } from '../../errors.ts';
import { CLIENT_RETRY } from './connection.ts';
import { classified } from './kafka-errors.ts';

/**
 * Sends values to one partition. This is the only way to kafkajs's producer: a send to several partitions at once, of which
 * kafkajs 2.2.4 may acknowledge what it has never sent, can't be written.
 */
export interface PartitionProducer {
  /**
   * Resolves with the offset of the first value once all are durable. Never called for a partition before the call before it
   * has ended.
   *
   * @throws RetryableError when the outcome is unknown; PermanentError when Kafka refuses the values.
   */
  send(topic: string, partition: number, values: readonly Buffer[]): Promise<number>;
  close(): Promise<void>;
}

/**
 * Tries of one send, with the same sequence numbers, so that Kafka knows a repetition. They cover the move of a leader; a
 * broker that refuses connections ends them sooner, a frozen one after some minutes.
 */
const SEND_RETRIES = 20;

/** A producer with an identity of its own, and the sends that are under way with it. */
interface Session {
  readonly producer: Producer;
  sends: number;
  retired: boolean;
}

const offsetOf = (answers: readonly RecordMetadata[], topic: string, partition: number): number => {
  const [answer, ...others] = answers;
  const offset = Number(answer?.baseOffset ?? Number.NaN);
  const isExpected = answer?.topicName === topic && answer.partition === partition && answer.errorCode === 0;
  if (others.length > 0 || !isExpected || !Number.isSafeInteger(offset) || offset < 0) {
    throw new RetryableError(`Kafka's answer for ${topic}/${partition} does not acknowledge it`);
  }
  return offset;
};

/** {@link PartitionProducer} on an idempotent producer of kafkajs. */
export class IdempotentProducer implements PartitionProducer {
  readonly #kafka: Kafka;
  readonly #timeoutMs: number;
  readonly #gzipped: ReadonlySet<string>;
  readonly #retries: number;
  #session: Promise<Session> | undefined;

  /** @param gzipped names of the topics whose batches are compressed */
  constructor(kafka: Kafka, requestTimeoutMs: number, gzipped: ReadonlySet<string>, retries = SEND_RETRIES) {
    this.#kafka = kafka;
    this.#timeoutMs = requestTimeoutMs;
    this.#gzipped = gzipped;
    this.#retries = retries;
  }

  async send(topic: string, partition: number, values: readonly Buffer[]): Promise<number> {
    this.#session ??= this.#open();
    const pending = this.#session;
    let session: Session | undefined;
    try {
      session = await pending;
      session.sends += 1;
      const messages = values.map((value) => ({ value, partition }));
      const { GZIP, None } = kafkajs.CompressionTypes;
      const compression = this.#gzipped.has(topic) ? GZIP : None;
      const answers = await session.producer.send({ topic, acks: -1, timeout: this.#timeoutMs, compression, messages });
      return offsetOf(answers, topic, partition);
    } catch (error) {
      // The values may be in the log, yet kafkajs gives their sequence numbers out again: Kafka would take the next values for
      // a repetition of these and acknowledge them without keeping them. So nothing more is sent under this identity.
      if (this.#session === pending) this.#session = undefined;
      if (session !== undefined) session.retired = true;
      throw classified(error, `sending to ${topic}/${partition}`);
    } finally {
      if (session !== undefined) this.#leave(session);
    }
  }

  async close(): Promise<void> {
    const session = await this.#session?.catch(() => undefined);
    await session?.producer.disconnect();
  }

  async #open(): Promise<Session> {
    const producer = this.#kafka.producer({
      idempotent: true,
      maxInFlightRequests: 1,
      allowAutoTopicCreation: false,
      retry: { ...CLIENT_RETRY, retries: this.#retries },
    });
    await producer.connect();
    return { producer, sends: 0, retired: false };
  }

  #leave(session: Session): void {
    session.sends -= 1;
    if (session.retired && session.sends === 0) session.producer.disconnect().catch(() => undefined);
  }
}
