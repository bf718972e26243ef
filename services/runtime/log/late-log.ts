import { RetryableError } from '../errors.ts';
import type { EventLog, OffsetRange, OwnedPartition, Progress } from './event-log.ts';

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

  async progress(topic: string, group: string, partition: number): Promise<Progress> {
    return this.#opened().progress(topic, group, partition);
  }

  async ranges(topic: string): Promise<readonly OffsetRange[]> {
    return this.#opened().ranges(topic);
  }

  async read(...request: Parameters<EventLog['read']>): Promise<ReadonlyMap<number, Buffer>> {
    return this.#opened().read(...request);
  }

  async close(): Promise<void> {
    await this.#log?.close();
  }

  #opened(): EventLog {
    if (this.#log === undefined) throw new RetryableError('Kafka has not been reached yet');
    return this.#log;
  }
}
