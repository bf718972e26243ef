import { type FileHandle, open, rename, unlink } from 'node:fs/promises';
import { crc32 } from 'node:zlib';

/** Five doubles in front of the records: what {@link Progress} and {@link Content} say. */
const HEADER_BYTES = 40;

/** Where in the header {@link Content} begins. */
const CONTENT_AT = 24;

/** Each record stands behind its length and checksum (32 bits each) and the time when it was spooled (a double). */
export const RECORD_HEADER_BYTES = 16;

/** Ending of a file that was set aside because it can't be read. */
export const SET_ASIDE = '.unreadable';

/** A record as it was spooled. */
export interface SpooledRecord {
  readonly value: Buffer;
  /** Place in the segment, in bytes. */
  readonly position: number;
  /** ms since 1970. */
  readonly spooledAtMs: number;
}

/** How much of a segment has been drained. */
interface Progress {
  position: number;
  records: number;
  /** When the last drained record was spooled, ms since 1970. */
  spooledAtMs: number;
}

/** What has been written to a segment. */
interface Content {
  records: number;
  /** When the first record was spooled, ms since 1970. */
  spooledAtMs: number;
}

const frame = (value: Buffer, spooledAtMs: number): Buffer => {
  const record = Buffer.allocUnsafe(RECORD_HEADER_BYTES + value.length);
  record.writeUInt32BE(value.length, 0);
  record.writeDoubleBE(spooledAtMs, 8);
  value.copy(record, RECORD_HEADER_BYTES);
  record.writeUInt32BE(crc32(record.subarray(8)), 4);
  return record;
};

/**
 * A file of records, written by one process: appended in groups and flushed, read in order. How much of it has been drained
 * stands in its header and is overwritten in place, so that draining needs no space on a full disk.
 */
export class Segment {
  readonly path: string;
  readonly #file: FileHandle;
  readonly #drained: Progress = { position: HEADER_BYTES, records: 0, spooledAtMs: 0 };
  readonly #content: Content = { records: 0, spooledAtMs: 0 };
  #end: number;

  private constructor(path: string, file: FileHandle, end: number) {
    this.path = path;
    this.#file = file;
    this.#end = end;
  }

  /** A new segment; its first append makes it durable. */
  static async create(path: string): Promise<Segment> {
    return new Segment(path, await open(path, 'wx+'), HEADER_BYTES);
  }

  /** A segment that another run has left behind. What it never got to flush may be torn, and is found when it is read. */
  static async reopen(path: string): Promise<Segment> {
    const file = await open(path, 'r+');
    const segment = new Segment(path, file, (await file.stat()).size);
    const header = Buffer.alloc(HEADER_BYTES);
    await file.read(header, 0, HEADER_BYTES, 0);
    const [position = 0, drained = 0, drainedAtMs = 0, records = 0, spooledAtMs = 0] = Array.from(
      { length: HEADER_BYTES / 8 },
      (_, index) => header.readDoubleBE(index * 8),
    );
    // A header that was never flushed, or is damaged: everything is read from the beginning.
    Object.assign(segment.#drained, {
      position: Number.isSafeInteger(position) ? Math.max(position, HEADER_BYTES) : HEADER_BYTES,
      records: drained,
      spooledAtMs: drainedAtMs,
    });
    Object.assign(segment.#content, { records, spooledAtMs });
    return segment;
  }

  /** Bytes on disk. */
  get bytes(): number {
    return this.#end;
  }

  /** Records that have not been drained. */
  get depth(): number {
    return this.isDrained ? 0 : Math.max(1, this.#content.records - this.#drained.records);
  }

  get isDrained(): boolean {
    return this.#drained.position >= this.#end;
  }

  /**
   * When the oldest record that has not been drained was spooled, ms since 1970: not later than this; undefined when there is
   * none.
   */
  get oldestMs(): number | undefined {
    if (this.isDrained) return undefined;
    return this.#drained.records > 0 ? this.#drained.spooledAtMs : this.#content.spooledAtMs;
  }

  /** Appends and flushes; resolves with the position of each. Nothing of it stays when it fails. Not for concurrent use. */
  async append(values: readonly Buffer[], spooledAtMs: number): Promise<readonly number[]> {
    const start = this.#end;
    const positions: number[] = [];
    let end = start;
    for (const value of values) {
      positions.push(end);
      end += RECORD_HEADER_BYTES + value.length;
    }
    const content: Content = {
      records: this.#content.records + values.length,
      spooledAtMs: this.#content.records > 0 ? this.#content.spooledAtMs : spooledAtMs,
    };
    try {
      await this.#write(Buffer.concat(values.map((value) => frame(value, spooledAtMs))), start);
      await this.#writeNumbers([content.records, content.spooledAtMs], CONTENT_AT);
      await this.#file.datasync();
    } catch (error) {
      await this.#file.truncate(start).catch(() => undefined);
      throw error;
    }
    Object.assign(this.#content, content);
    this.#end = end;
    return positions;
  }

  /**
   * The records after what was drained: some `maxBytes`, at least one, at most `maxRecords`. Empty when there are none, or
   * when the rest was never flushed; what was flushed and can't be read any more is an error.
   */
  async read(maxRecords: number, maxBytes: number): Promise<readonly SpooledRecord[]> {
    const start = this.#drained.position;
    let bytes = await this.#readAt(start, maxBytes);
    const first = bytes.length < RECORD_HEADER_BYTES ? 0 : RECORD_HEADER_BYTES + bytes.readUInt32BE(0);
    if (first > bytes.length) bytes = await this.#readAt(start, first);
    const records: SpooledRecord[] = [];
    for (let at = 0; records.length < maxRecords && at + RECORD_HEADER_BYTES <= bytes.length; ) {
      const next = at + RECORD_HEADER_BYTES + bytes.readUInt32BE(at);
      if (next > bytes.length) break;
      if (bytes.readUInt32BE(at + 4) !== crc32(bytes.subarray(at + 8, next))) {
        if (records.length > 0) break;
        throw new Error(`${this.path} can't be read from byte ${start} on`);
      }
      const spooledAtMs = bytes.readDoubleBE(at + 8);
      records.push({ value: bytes.subarray(at + RECORD_HEADER_BYTES, next), position: start + at, spooledAtMs });
      at = next;
    }
    return records;
  }

  /** Remembers that `records`, as read, have been drained; a power cut may forget it. */
  async drained(records: readonly SpooledRecord[]): Promise<void> {
    const last = records.at(-1);
    if (last === undefined) return;
    this.#drained.position = last.position + RECORD_HEADER_BYTES + last.value.length;
    this.#drained.records += records.length;
    this.#drained.spooledAtMs = last.spooledAtMs;
    const { position, records: count, spooledAtMs } = this.#drained;
    await this.#writeNumbers([position, count, spooledAtMs], 0);
  }

  async close(): Promise<void> {
    await this.#file.close();
  }

  /** Keeps the file under another name, which no spool reads. */
  async setAside(): Promise<string> {
    await this.#file.close();
    const aside = this.path + SET_ASIDE;
    await rename(this.path, aside);
    return aside;
  }

  async remove(): Promise<void> {
    await this.#file.close();
    await unlink(this.path);
  }

  async #readAt(position: number, bytes: number): Promise<Buffer> {
    const length = Math.max(0, Math.min(bytes, this.#end - position));
    const { buffer, bytesRead } = await this.#file.read(Buffer.allocUnsafe(length), 0, length, position);
    return buffer.subarray(0, bytesRead);
  }

  async #write(bytes: Buffer, position: number): Promise<void> {
    // A disk that fills up takes a part first, and fails at the next.
    for (let written = 0; written < bytes.length; ) {
      const { bytesWritten } = await this.#file.write(bytes, written, bytes.length - written, position + written);
      written += bytesWritten;
    }
  }

  /** Drainer and writer write their own parts of the header, in whatever order. */
  #writeNumbers(numbers: readonly number[], position: number): Promise<void> {
    const bytes = Buffer.allocUnsafe(numbers.length * 8);
    numbers.forEach((number, index) => {
      bytes.writeDoubleBE(number, index * 8);
    });
    return this.#write(bytes, position);
  }
}
