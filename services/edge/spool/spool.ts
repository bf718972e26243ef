import { join } from 'node:path';
import { RetryableError } from '../../runtime/errors.ts';
import { PartitionSpool, syncFolder } from './partition-spool.ts';
import { RECORD_HEADER_BYTES } from './segment.ts';

/** Segments of a full spool, a few more or less: each is an open file, and the step in which the disk gets space back. */
const SEGMENTS = 256;

/** With less room than this the spool counts as full: larger than nearly all reports. */
const LEAST_ROOM_BYTES = 64 * 1024;

/** Reports on disk that the log has not taken, partition by partition, in order. Its folder belongs to one process. */
export class Spool {
  readonly partitions: readonly PartitionSpool[];
  readonly maxBytes: number;
  #taken: number;

  private constructor(partitions: readonly PartitionSpool[], maxBytes: number) {
    this.partitions = partitions;
    this.maxBytes = maxBytes;
    this.#taken = this.depth;
  }

  /** Opens the spool in `folder`, with what other runs have left in it. */
  static async open(folder: string, partitions: number, maxBytes: number): Promise<Spool> {
    const names = Array.from({ length: partitions }, (_, partition) => join(folder, String(partition)));
    const opened = await Promise.all(names.map((name) => PartitionSpool.open(name, maxBytes / SEGMENTS)));
    await syncFolder(folder);
    return new Spool(opened, maxBytes);
  }

  /** Bytes on disk; what has been drained of a segment counts until all of it is. */
  get bytes(): number {
    return this.partitions.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  get isFull(): boolean {
    return this.bytes + LEAST_ROOM_BYTES > this.maxBytes;
  }

  /** Reports that have not been drained. */
  get depth(): number {
    return this.partitions.reduce((sum, { depth }) => sum + depth, 0);
  }

  /** Reports that have ever been in it, as far as this process knows: those that it found there, and those that came since. */
  get taken(): number {
    return this.#taken;
  }

  /** When the oldest of them was spooled, ms since 1970: not later than this; undefined when there are none. */
  get oldestMs(): number | undefined {
    const times = this.partitions.map(({ oldestMs }) => oldestMs).filter((time) => time !== undefined);
    return times.length > 0 ? Math.min(...times) : undefined;
  }

  /**
   * Adds a report to its partition; resolves once it is flushed to disk. See {@link PartitionSpool.append}.
   *
   * @throws RetryableError when the spool is full, or the disk does not take it.
   */
  async append(partition: number, value: Buffer, elsewhere?: Promise<boolean>): Promise<void> {
    if (this.bytes + RECORD_HEADER_BYTES + value.length > this.maxBytes) {
      throw new RetryableError(`the spool is full: it holds ${this.bytes} of ${this.maxBytes} bytes`);
    }
    await this.of(partition).append(value, elsewhere);
    this.#taken += 1;
  }

  /** The spool of one partition. */
  of(partition: number): PartitionSpool {
    const found = this.partitions[partition];
    if (found === undefined) throw new Error(`the spool has no partition ${partition}`);
    return found;
  }

  /** Removes the parts that were set aside as damaged and have not been written to since `beforeMs`, ms since 1970. */
  async removeSetAside(beforeMs: number): Promise<void> {
    for (const partition of this.partitions) await partition.removeSetAside(beforeMs);
  }

  /** Waits until everything that was appended is on disk, and closes the files. */
  async close(): Promise<void> {
    await Promise.all(this.partitions.map((partition) => partition.close()));
  }
}
