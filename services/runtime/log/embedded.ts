import { randomBytes } from 'node:crypto';
import { EventEmitter } from 'node:events';
import { statfsSync } from 'node:fs';
import { type Database, open, type RootDatabase } from 'lmdb';
import { messageOf, RetryableError } from '../errors.ts';
import type { EventLog, LogRecord, OffsetRange, OwnedPartition, Progress, ReadBounds } from './event-log.ts';

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

/** Each value stands behind the time of its append, as a double. */
const TIME_BYTES = 8;

interface Partition {
  readonly records: Database<Buffer, number>;
  nextOffset: number;
  /** Appends that came while one was being written: written together, next. */
  waiting: Append[];
  isWriting: boolean;
}

interface Append {
  readonly values: readonly Buffer[];
  readonly done: PromiseWithResolvers<number>;
}

/** Behind the last record. */
const endOf = (records: Database<Buffer, number>): number => {
  const [last = -1] = [...records.getKeys({ reverse: true, limit: 1 })];
  return last + 1;
};

/**
 * The event log on LMDB: one database per partition, keys are offsets, appends are flushed together. For one process.
 *
 * A record is removed some time after its consumer has committed it; what was never read is never removed.
 */
export class EmbeddedLog implements EventLog {
  readonly generation: string;
  readonly #root: RootDatabase<Buffer, string>;
  readonly #committed: Database<number, string>;
  readonly #partitions = new Map<string, Partition[]>();
  readonly #appended = new EventEmitter().setMaxListeners(0);
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
        const nextOffset = Math.max(endOf(records), this.#position(name, consumer, partition));
        return { records, nextOffset, waiting: [], isWriting: false };
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
    const target = this.#partition(topic, partition);
    const done = Promise.withResolvers<number>();
    target.waiting.push({ values, done });
    if (!target.isWriting) void this.#write(target);
    try {
      const first = await done.promise;
      await target.records.flushed;
      this.#appended.emit(`${topic}/${partition}`);
      return first;
    } catch (error) {
      throw new RetryableError(`the log could not write: ${messageOf(error)}`, { cause: error });
    }
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
      .map(({ nextOffset }, partition) => nextOffset - this.#position(topic, group, partition))
      .reduce((sum, behind) => sum + behind, 0);
  }

  async ranges(topic: string): Promise<readonly OffsetRange[]> {
    return (this.#partitions.get(topic) ?? []).map(({ records, nextOffset }) => {
      const [start = nextOffset] = [...records.getKeys({ limit: 1 })];
      return { start, end: nextOffset };
    });
  }

  async read(topic: string, partition: number, offsets: readonly number[]): Promise<ReadonlyMap<number, Buffer>> {
    const { records } = this.#partition(topic, partition);
    return new Map(
      offsets.flatMap((offset) => {
        const record = records.get(offset);
        return record === undefined ? [] : [[offset, Buffer.from(record.subarray(TIME_BYTES))] as const];
      }),
    );
  }

  async progress(topic: string, group: string, partition: number): Promise<Progress> {
    const { nextOffset } = this.#partition(topic, partition);
    return { committed: this.#position(topic, group, partition), end: nextOffset };
  }

  async close(): Promise<void> {
    clearInterval(this.#sweeper);
    await this.#sweeping;
    await this.#root.flushed;
    await this.#root.close();
  }

  /** Writes what is waiting, one transaction after the other: offsets are used up only by what was written. */
  async #write(target: Partition): Promise<void> {
    target.isWriting = true;
    while (target.waiting.length > 0) {
      const appends = target.waiting;
      target.waiting = [];
      const now = Date.now();
      let offset = target.nextOffset;
      let written: Promise<unknown> | undefined;
      try {
        const firsts = appends.map(({ values }) => {
          const first = offset;
          for (const value of values) {
            const record = Buffer.allocUnsafe(TIME_BYTES + value.length);
            record.writeDoubleBE(now, 0);
            value.copy(record, TIME_BYTES);
            written = target.records.put(offset, record);
            offset += 1;
          }
          return first;
        });
        await written;
        target.nextOffset = offset;
        appends.forEach(({ done }, index) => {
          done.resolve(firsts[index] ?? offset);
        });
      } catch (error) {
        await Promise.allSettled([written]);
        target.nextOffset = Math.max(target.nextOffset, endOf(target.records));
        for (const { done } of appends) done.reject(error);
      }
    }
    target.isWriting = false;
  }

  #own(topic: string, group: string, partition: number, signal: AbortSignal): OwnedPartition {
    let position = this.#position(topic, group, partition);
    return {
      partition,
      signal,
      next: async (bounds) => {
        while (!signal.aborted) {
          const records = this.#read(topic, partition, position, bounds);
          if (records.length > 0) {
            position = (records.at(-1)?.offset ?? position) + 1;
            return records;
          }
          await this.#waitForAppend(topic, partition, position, signal);
        }
        return undefined;
      },
      commit: async (nextOffset) => {
        await this.#committed.put(`${group}/${topic}/${partition}`, nextOffset);
      },
    };
  }

  #read(topic: string, partition: number, position: number, bounds: ReadBounds): LogRecord[] {
    const records: LogRecord[] = [];
    let bytes = 0;
    for (const { key, value } of this.#partition(topic, partition).records.getRange({
      start: position,
      limit: bounds.records,
    })) {
      records.push({ offset: key, value: value.subarray(TIME_BYTES) });
      bytes += value.length;
      if (bytes >= bounds.bytes) break;
    }
    return records;
  }

  #waitForAppend(topic: string, partition: number, position: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const event = `${topic}/${partition}`;
      const done = (): void => {
        this.#appended.off(event, done);
        signal.removeEventListener('abort', done);
        resolve();
      };
      this.#appended.on(event, done);
      signal.addEventListener('abort', done);
      // An append between the read and this line has already been announced.
      if (signal.aborted || this.#read(topic, partition, position, { records: 1, bytes: 0 }).length > 0) done();
    });
  }

  #position(topic: string, group: string, partition: number): number {
    return this.#committed.get(`${group}/${topic}/${partition}`) ?? 0;
  }

  #partition(topic: string, partition: number): Partition {
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
    let pages = 0;
    let pageSize = 0;
    for (const { records } of [...this.#partitions.values()].flat()) {
      const stats = records.getStats() as Readonly<Record<string, number>>;
      pages += (stats.treeLeafPageCount ?? 0) + (stats.treeBranchPageCount ?? 0) + (stats.overflowPages ?? 0);
      pageSize = stats.pageSize ?? pageSize;
    }
    return pages * pageSize;
  }

  async #sweep(): Promise<void> {
    const crowded = this.#bytes > this.#options.maxBytes / 2;
    for (const { name, consumer, replayMs } of this.#options.topics) {
      for (const [partition, { records }] of (this.#partitions.get(name) ?? []).entries()) {
        const expired: number[] = [];
        const committed = this.#position(name, consumer, partition);
        for (const { key, value } of records.getRange({ end: committed, limit: SWEEP_RECORDS })) {
          if (!crowded && value.readDoubleBE(0) + replayMs > Date.now()) break;
          expired.push(key);
        }
        await Promise.all(expired.map((key) => records.remove(key)));
      }
    }
    this.#bytes = this.#measure();
  }
}
