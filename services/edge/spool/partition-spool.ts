import { mkdir, open, readdir, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf, RetryableError } from '../../runtime/errors.ts';
import { codeOf } from '../../runtime/network-errors.ts';
import { RECORD_HEADER_BYTES, SET_ASIDE, Segment, type SpooledRecord } from './segment.ts';

/** Bytes that are written and flushed at once, unless a single report is larger. */
const GROUP_BYTES = 4 * 1024 * 1024;

/** Digits of a segment's number, so that names sort by age: at least a time in ms, so that none is given twice. */
const NAME_DIGITS = 16;

const SEGMENT_NAME = /^\d+\.segment$/;

/** Reports that were read from the spool. */
export interface SpooledBatch {
  readonly segment: Segment;
  readonly records: readonly SpooledRecord[];
}

interface Waiting {
  readonly value: Buffer;
  readonly elsewhere: Promise<boolean> | undefined;
  readonly result: PromiseWithResolvers<void>;
}

/** Flushes the names in a folder, which a power cut could lose otherwise. */
export const syncFolder = async (path: string): Promise<void> => {
  const folder = await open(path);
  await folder.sync().finally(() => folder.close());
};

/** The spooled reports of one partition: a queue of segments in a folder of its own. */
export class PartitionSpool {
  readonly #folder: string;
  readonly #segmentBytes: number;
  readonly #segments: Segment[];
  /** Reports whose first append had not ended when they were spooled, by segment and position. */
  readonly #undecided = new Map<Segment, Map<number, Promise<boolean>>>();
  readonly #waiting: Waiting[] = [];
  #waitingBytes = 0;
  #nextNumber: number;
  /** The segment that is written to. */
  #current: Segment | undefined;
  #flushing: Promise<void> | undefined;

  private constructor(folder: string, segmentBytes: number, segments: Segment[], nextNumber: number) {
    this.#folder = folder;
    this.#segmentBytes = segmentBytes;
    this.#segments = segments;
    this.#nextNumber = nextNumber;
  }

  /**
   * Opens the folder, with what other runs have left in it.
   *
   * @param segmentBytes a segment is left for a new one at this size; the disk gets drained reports back in steps of it
   */
  static async open(folder: string, segmentBytes: number): Promise<PartitionSpool> {
    await mkdir(folder, { recursive: true });
    const names = (await readdir(folder)).filter((name) => SEGMENT_NAME.test(name)).sort();
    const segments: Segment[] = [];
    for (const name of names) segments.push(await Segment.reopen(join(folder, name)));
    const last = Number.parseInt(names.at(-1) ?? '0', 10);
    return new PartitionSpool(folder, segmentBytes, segments, Math.max(last + 1, Date.now()));
  }

  /** Bytes on disk, and of those that wait to get there. */
  get bytes(): number {
    return this.#segments.reduce((sum, { bytes }) => sum + bytes, this.#waitingBytes);
  }

  /** Reports that have not been drained. */
  get depth(): number {
    return this.#segments.reduce((sum, { depth }) => sum + depth, 0);
  }

  /** When the oldest report that has not been drained was spooled, ms since 1970: not later than this. */
  get oldestMs(): number | undefined {
    return this.#segments.find(({ isDrained }) => !isDrained)?.oldestMs;
  }

  /**
   * Adds a report behind the others; resolves once it is flushed to disk.
   *
   * @param elsewhere resolves with whether the log has the report after all; it is not drained before that is known.
   * @throws RetryableError when the disk does not take it.
   */
  append(value: Buffer, elsewhere?: Promise<boolean>): Promise<void> {
    const result = Promise.withResolvers<void>();
    this.#waiting.push({ value, elsewhere, result });
    this.#waitingBytes += RECORD_HEADER_BYTES + value.length;
    this.#flushing ??= this.#flush();
    return result.promise;
  }

  /** The oldest reports, in order; undefined when there are none. What a damaged disk gives back is set aside and told of. */
  async next(
    maxRecords: number,
    maxBytes: number,
    onUnreadable: (error: unknown) => void,
  ): Promise<SpooledBatch | undefined> {
    for (;;) {
      const segment = this.#segments[0];
      if (segment === undefined || (segment.isDrained && this.#isWriting(segment))) return undefined;
      if (!segment.isDrained) {
        try {
          const records = await segment.read(maxRecords, maxBytes);
          if (records.length > 0) return { segment, records };
        } catch (error) {
          if (codeOf(error) !== undefined) throw error;
          onUnreadable(error);
          await this.#forget(segment).setAside();
          continue;
        }
      }
      await this.#forget(segment).remove();
    }
  }

  /** Whether the log has each of the batch after all; waits until that is known. */
  areElsewhere({ segment, records }: SpooledBatch): Promise<readonly boolean[]> {
    const undecided = this.#undecided.get(segment);
    return Promise.all(records.map(({ position }) => undecided?.get(position) ?? false));
  }

  /** The batch is in the log: the reports after it come next. */
  async drained({ segment, records }: SpooledBatch): Promise<void> {
    await segment.drained(records);
    if (segment.isDrained && !this.#isWriting(segment)) await this.#forget(segment).remove();
  }

  /** See `Spool`. */
  async removeSetAside(beforeMs: number): Promise<void> {
    const names = (await readdir(this.#folder)).filter((name) => name.endsWith(SET_ASIDE));
    for (const path of names.map((name) => join(this.#folder, name))) {
      if ((await stat(path)).mtimeMs < beforeMs) await unlink(path);
    }
  }

  /** Waits until everything that was appended is on disk, and closes the files. */
  async close(): Promise<void> {
    await this.#flushing;
    await Promise.all(this.#segments.splice(0).map((segment) => segment.close()));
  }

  #isWriting(segment: Segment): boolean {
    return segment === this.#current && this.#flushing !== undefined;
  }

  #forget(segment: Segment): Segment {
    this.#segments.splice(this.#segments.indexOf(segment), 1);
    this.#undecided.delete(segment);
    if (this.#current === segment) this.#current = undefined;
    return segment;
  }

  async #flush(): Promise<void> {
    for (let group = this.#take(); group.length > 0; group = this.#take()) {
      try {
        await this.#write(group);
        for (const { result } of group) result.resolve();
      } catch (error) {
        const failure = new RetryableError(`the spool could not be written: ${messageOf(error)}`, { cause: error });
        for (const { result } of group) result.reject(failure);
      }
      this.#waitingBytes -= group.reduce((sum, { value }) => sum + RECORD_HEADER_BYTES + value.length, 0);
    }
    // In the same turn as the last look at what is waiting: nobody may wait for a flush that has ended.
    this.#flushing = undefined;
  }

  #take(): readonly Waiting[] {
    let bytes = 0;
    const fits = this.#waiting.findIndex(({ value }, index) => {
      bytes += value.length;
      return index > 0 && bytes > GROUP_BYTES;
    });
    return this.#waiting.splice(0, fits < 0 ? this.#waiting.length : fits);
  }

  async #write(group: readonly Waiting[]): Promise<void> {
    const current = this.#current;
    const segment = current === undefined || current.bytes > this.#segmentBytes ? await this.#create() : current;
    const positions = await segment.append(
      group.map(({ value }) => value),
      Date.now(),
    );
    const undecided = this.#undecided.get(segment) ?? new Map<number, Promise<boolean>>();
    positions.forEach((position, index) => {
      const elsewhere = group[index]?.elsewhere;
      if (elsewhere !== undefined) undecided.set(position, elsewhere);
    });
    if (undecided.size > 0) this.#undecided.set(segment, undecided);
  }

  async #create(): Promise<Segment> {
    const name = `${String(this.#nextNumber).padStart(NAME_DIGITS, '0')}.segment`;
    this.#nextNumber += 1;
    const segment = await Segment.create(join(this.#folder, name));
    try {
      await syncFolder(this.#folder);
    } catch (error) {
      await segment.remove();
      throw error;
    }
    // In the same turn: a segment that nobody writes to is removed once it is drained.
    this.#segments.push(segment);
    this.#current = segment;
    return segment;
  }
}
