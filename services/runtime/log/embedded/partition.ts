import { EventEmitter } from 'node:events';
import type { Database } from 'lmdb';
import { messageOf, RetryableError } from '../../errors.ts';
import type { LogRecord, OffsetRange, ReadBounds } from '../event-log.ts';

/** Each value stands behind the time of its append, as a double. */
const TIME_BYTES = 8;

interface Append {
  readonly values: readonly Buffer[];
  readonly done: PromiseWithResolvers<number>;
}

/** Behind the last record. */
const endOf = (records: Database<Buffer, number>): number => {
  const [last = -1] = [...records.getKeys({ reverse: true, limit: 1 })];
  return last + 1;
};

/** The records of one partition: keys are offsets, appends that come together are flushed together. */
export class EmbeddedPartition {
  readonly #records: Database<Buffer, number>;
  readonly #appended = new EventEmitter().setMaxListeners(0);
  #nextOffset: number;
  /** Appends that came while one was being written: written together, next. */
  #waiting: Append[] = [];
  #isWriting = false;

  /** @param givenOut offsets before it were given out, even if no record is left. */
  constructor(records: Database<Buffer, number>, givenOut: number) {
    this.#records = records;
    this.#nextOffset = Math.max(endOf(records), givenOut);
  }

  /** Offset behind the last record. */
  get end(): number {
    return this.#nextOffset;
  }

  /** The offsets that it has records of. */
  get range(): OffsetRange {
    const [start = this.end] = [...this.#records.getKeys({ limit: 1 })];
    return { start, end: this.end };
  }

  /** Bytes that it takes in the file. */
  get bytes(): number {
    const stats = this.#records.getStats() as Readonly<Record<string, number>>;
    const pages = (stats.treeLeafPageCount ?? 0) + (stats.treeBranchPageCount ?? 0) + (stats.overflowPages ?? 0);
    return pages * (stats.pageSize ?? 0);
  }

  /**
   * Resolves with the offset of the first value once all are on disk.
   *
   * @throws RetryableError when they could not be written.
   */
  async append(values: readonly Buffer[]): Promise<number> {
    const done = Promise.withResolvers<number>();
    this.#waiting.push({ values, done });
    if (!this.#isWriting) void this.#write();
    try {
      const first = await done.promise;
      await this.#records.flushed;
      this.#appended.emit('appended');
      return first;
    } catch (error) {
      throw new RetryableError(`the log could not write: ${messageOf(error)}`, { cause: error });
    }
  }

  /** The records from `position` on. */
  read(position: number, bounds: ReadBounds): readonly LogRecord[] {
    const records: LogRecord[] = [];
    let bytes = 0;
    for (const { key, value } of this.#records.getRange({ start: position, limit: bounds.records })) {
      records.push({ offset: key, value: value.subarray(TIME_BYTES) });
      bytes += value.length;
      if (bytes >= bounds.bytes) break;
    }
    return records;
  }

  /** The value at an offset. */
  at(offset: number): Buffer | undefined {
    const record = this.#records.get(offset);
    return record && Buffer.from(record.subarray(TIME_BYTES));
  }

  /** Resolves once there is a record at `position` or behind it, or when `signal` aborts. */
  untilAppended(position: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        this.#appended.off('appended', done);
        signal.removeEventListener('abort', done);
        resolve();
      };
      this.#appended.on('appended', done);
      signal.addEventListener('abort', done);
      // An append between the read and this line has already been announced.
      if (signal.aborted || this.read(position, { records: 1, bytes: 0 }).length > 0) done();
    });
  }

  /** Removes the records before the offset `end` that were appended before `untilMs` (ms since 1970), at most `most` of them. */
  async remove(end: number, untilMs: number, most: number): Promise<void> {
    const expired: number[] = [];
    for (const { key, value } of this.#records.getRange({ end, limit: most })) {
      if (value.readDoubleBE(0) > untilMs) break;
      expired.push(key);
    }
    await Promise.all(expired.map((key) => this.#records.remove(key)));
  }

  /** Writes what is waiting, one transaction after the other: offsets are used up only by what was written. */
  async #write(): Promise<void> {
    this.#isWriting = true;
    while (this.#waiting.length > 0) {
      const appends = this.#waiting;
      this.#waiting = [];
      const now = Date.now();
      let offset = this.#nextOffset;
      let written: Promise<unknown> | undefined;
      try {
        const firsts = appends.map(({ values }) => {
          const first = offset;
          for (const value of values) {
            const record = Buffer.allocUnsafe(TIME_BYTES + value.length);
            record.writeDoubleBE(now, 0);
            value.copy(record, TIME_BYTES);
            written = this.#records.put(offset, record);
            offset += 1;
          }
          return first;
        });
        await written;
        this.#nextOffset = offset;
        appends.forEach(({ done }, index) => {
          done.resolve(firsts[index] ?? offset);
        });
      } catch (error) {
        await Promise.allSettled([written]);
        this.#nextOffset = Math.max(this.#nextOffset, endOf(this.#records));
        for (const { done } of appends) done.reject(error);
      }
    }
    this.#isWriting = false;
  }
}
