import { RetryableError } from '../errors.ts';
import type { EventLog, OwnedPartition } from './event-log.ts';

/** A log that is opened while its users work already: until then it is away. */
export class LateLog implements EventLog {
  #log: EventLog | undefined;

  /** Waits for the log and uses it from then on. */
  async open(opening: Promise<EventLog>): Promise<void> {
    this.#log = await opening;
  }

  get generation(): string {
    return this.#opened().generation;
  }

  async append(topic: string, partition: number, values: readonly Buffer[]): Promise<number> {
    return this.#opened().append(topic, partition, values);
  }

  async consume(
    topic: string,
    group: string,
    signal: AbortSignal,
    work: (partition: OwnedPartition) => Promise<void>,
  ): Promise<void> {
    return this.#opened().consume(topic, group, signal, work);
  }

  async lag(topic: string, group: string): Promise<number> {
    return this.#opened().lag(topic, group);
  }

  async close(): Promise<void> {
    await this.#log?.close();
  }

  #opened(): EventLog {
    if (this.#log === undefined) throw new RetryableError('Kafka has not been reached yet');
    return this.#log;
  }
}
