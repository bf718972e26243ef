import { randomBytes } from 'node:crypto';
import { statfsSync } from 'node:fs';
import { type Database, open, type RootDatabase } from 'lmdb';
import { RetryableError } from '../errors.ts';
import { EmbeddedPartition } from './embedded/partition.ts';
import type { EventLog, OffsetRange, OwnedPartition, Progress } from './event-log.ts';

/** A topic of the embedded log. */
export interface EmbeddedTopic {
  readonly name: string;
  /** The group whose commits tell what has been read. */
  readonly consumer: string;
  /** How long what has been read is kept. */
  readonly replayMs: number;
}

/** Where and how large the embedded log is. */
export interface EmbeddedLogOptions {
  readonly path: string;
  readonly partitions: number;
  readonly topics: readonly EmbeddedTopic[];
  /**
   * Above this many bytes the first topic refuses appends; the others go on, so that the log can empty itself. Above half of
   * it, nothing that has been read is kept.
   */
  readonly maxBytes: number;
  /** Told when expired records could not be removed; the next sweep tries again. */
  readonly onSweepError: (error: unknown) => void;
}

/** How often expired records are removed and the size is measured. */
const SWEEP_INTERVAL_MS = 5_000;

/** Records removed in one transaction: few enough not to hold up the writers for more than some milliseconds. */
const SWEEP_RECORDS = 5_000;

/**
 * Bytes of the disk that are left free, because lmdb 3.5.6 ends its process on a full one (decision 0013): reports are refused
 * first, so that what was taken can go on its way.
 */
const RESERVED_BYTES = 128 * 1024 * 1024;
const LEAST_FREE_BYTES = 32 * 1024 * 1024;

/**
 * The event log on LMDB: one database per partition. For one process.
 *
 * A record is removed some time after its consumer has committed it; what was never read is never removed.
 */
export class EmbeddedLog implements EventLog {
  readonly generation: string;
  readonly #root: RootDatabase<Buffer, string>;
  readonly #committed: Database<number, string>;
  readonly #partitions = new Map<string, readonly EmbeddedPartition[]>();
  readonly #options: EmbeddedLogOptions;
  readonly #sweeper: NodeJS.Timeout;
  #sweeping: Promise<void> = Promise.resolve();
  #bytes = 0;

  constructor(options: EmbeddedLogOptions) {
    this.#options = options;
    this.#root = open<Buffer, string>({ path: options.path, maxDbs: 256, encoding: 'binary' });
    this.#committed = this.#root.openDB<number, string>({ name: 'committed', encoding: 'json' });
    for (const { name, consumer } of options.topics) {
      const partitions = Array.from({ length: options.partitions }, (_, partition) => {
        const records = this.#root.openDB<Buffer, number>({ name: `${name}/${partition}`, encoding: 'binary' });
        // An emptied partition must not give its offsets out again: what was committed was given out.
        return new EmbeddedPartition(records, this.#position(name, consumer, partition));
      });
      this.#partitions.set(name, partitions);
    }
    this.generation = this.#openGeneration();
    this.#bytes = this.#measure();
    this.#sweeper = setInterval(() => {
      this.#sweeping = this.#sweep().catch(options.onSweepError);
    }, SWEEP_INTERVAL_MS).unref();
  }

  async append(topic: string, partition: number, values: readonly Buffer[]): Promise<number> {
    const isFirst = topic === this.#options.topics[0]?.name;
    if (isFirst && this.#bytes > this.#options.maxBytes) {
      throw new RetryableError(`the log holds more than ${this.#options.maxBytes} bytes that are not stored yet`);
    }
    const { bavail, bsize } = statfsSync(this.#options.path);
    if (bavail * bsize < (isFirst ? RESERVED_BYTES : LEAST_FREE_BYTES)) {
      throw new RetryableError(`the disk of the log has ${bavail * bsize} bytes left`);
    }
    return this.#partition(topic, partition).append(values);
  }

  async consume(
    topic: string,
    group: string,
    signal: AbortSignal,
    work: (partition: OwnedPartition) => Promise<void>,
  ): Promise<void> {
    const stop = new AbortController();
    const ended = AbortSignal.any([signal, stop.signal]);
    const failures: unknown[] = [];
    const run = async (partition: number): Promise<void> => {
      try {
        await work(this.#own(topic, group, partition, ended));
      } catch (error) {
        // What a work could not do before it had to end goes on at the next start.
        if (ended.aborted && error instanceof RetryableError) return;
        failures.push(error);
        stop.abort();
      }
    };
    await Promise.all(Array.from({ length: this.#options.partitions }, (_, partition) => run(partition)));
    if (failures.length > 0) throw failures[0];
  }

  async lag(topic: string, group: string): Promise<number> {
    return (this.#partitions.get(topic) ?? [])
      .map(({ end }, partition) => end - this.#position(topic, group, partition))
      .reduce((sum, behind) => sum + behind, 0);
  }

  async ranges(topic: string): Promise<readonly OffsetRange[]> {
    return (this.#partitions.get(topic) ?? []).map(({ range }) => range);
  }

  async read(
    topic: string,
    partition: number,
    offsets: readonly number[],
    maxBytes = Number.POSITIVE_INFINITY,
  ): Promise<ReadonlyMap<number, Buffer>> {
    const records = this.#partition(topic, partition);
    const found = new Map<number, Buffer>();
    let bytes = 0;
    for (const offset of offsets) {
      const value = records.at(offset);
      if (value === undefined) continue;
      found.set(offset, value);
      bytes += value.length;
      if (bytes >= maxBytes) break;
    }
    return found;
  }

  async progress(topic: string, group: string, partition: number): Promise<Progress> {
    const { end } = this.#partition(topic, partition);
    return { committed: this.#position(topic, group, partition), end };
  }

  async close(): Promise<void> {
    clearInterval(this.#sweeper);
    await this.#sweeping;
    await this.#root.flushed;
    await this.#root.close();
  }

  #own(topic: string, group: string, partition: number, signal: AbortSignal): OwnedPartition {
    const records = this.#partition(topic, partition);
    let position = this.#position(topic, group, partition);
    return {
      partition,
      signal,
      next: async (bounds) => {
        while (!signal.aborted) {
          const found = records.read(position, bounds);
          if (found.length > 0) {
            position = (found.at(-1)?.offset ?? position) + 1;
            return found;
          }
          await records.untilAppended(position, signal);
        }
        return undefined;
      },
      commit: async (nextOffset) => {
        await this.#committed.put(`${group}/${topic}/${partition}`, nextOffset);
      },
    };
  }

  #position(topic: string, group: string, partition: number): number {
    return this.#committed.get(`${group}/${topic}/${partition}`) ?? 0;
  }

  #partition(topic: string, partition: number): EmbeddedPartition {
    const found = this.#partitions.get(topic)?.[partition];
    if (found === undefined) throw new Error(`the log has no ${topic}/${partition}`);
    return found;
  }

  #openGeneration(): string {
    const meta = this.#root.openDB<string, string>({ name: 'meta', encoding: 'json' });
    const known = meta.get('generation');
    if (known !== undefined) return known;
    const made = randomBytes(8).toString('hex');
    meta.putSync('generation', made);
    return made;
  }

  #measure(): number {
    return [...this.#partitions.values()].flat().reduce((sum, { bytes }) => sum + bytes, 0);
  }

  async #sweep(): Promise<void> {
    const crowded = this.#bytes > this.#options.maxBytes / 2;
    for (const { name, consumer, replayMs } of this.#options.topics) {
      const untilMs = crowded ? Number.POSITIVE_INFINITY : Date.now() - replayMs;
      for (const [partition, records] of (this.#partitions.get(name) ?? []).entries()) {
        await records.remove(this.#position(name, consumer, partition), untilMs, SWEEP_RECORDS);
      }
    }
    this.#bytes = this.#measure();
  }
}
