import { OUTCOMES } from '../../schemas/pipeline/tables.ts';
import { PermanentError } from '../runtime/errors.ts';
import { cutAfter, type RowsMessage } from './rows-message.ts';
import { type Watermarks, watermarkKey } from './watermark.ts';

/** An event that is larger than a message and whose messages haven't all come yet. */
interface Unfinished {
  readonly offset: number;
  readonly pieces: RowsMessage[];
  /** Offset in the topic of rows of its first message: nothing from there on may be committed. */
  readonly startsAt: number;
}

const missingPiece = (key: string, { header }: RowsMessage): PermanentError =>
  new PermanentError(`a piece of an event at or before ${header.partition}/${header.last_offset} of ${key} is missing`);

/**
 * Follows one partition of the topic of rows: lets every event's rows through once, in whole events, and says how far the
 * partition may be committed.
 */
export class PartitionCursor {
  readonly #watermarks: Watermarks;
  /** The watermarks of outcomes that were stored before: such an event is done with, whether all of its rows are there or none. */
  readonly #settled: Watermarks;
  readonly #unfinished = new Map<string, Unfinished>();
  #nextOffset = 0;

  constructor(watermarks: Watermarks) {
    this.#watermarks = watermarks;
    this.#settled = new Map(watermarks);
  }

  /** The offset of the first message of an unfinished event; infinite when there is none. */
  get unfinishedFrom(): number {
    return Math.min(Number.POSITIVE_INFINITY, ...[...this.#unfinished.values()].map(({ startsAt }) => startsAt));
  }

  /** The first offset that must be read again when what was let through so far is stored. */
  get commitOffset(): number {
    return Math.min(this.#nextOffset, this.unfinishedFrom);
  }

  /** The last offset of the message's table, month and generation that was let through, now or before; -1 when none was. */
  seen({ format, header }: RowsMessage): number {
    return this.#watermarks.get(watermarkKey(format.table, header.month, header.generation)) ?? -1;
  }

  /** The messages that are new and whole because of `message`, which stands at `offset` of the topic of rows. */
  advance(offset: number, message: RowsMessage): readonly RowsMessage[] {
    this.#nextOffset = offset + 1;
    const { header, format } = message;
    const key = watermarkKey(format.table, header.month, header.generation);
    const settled = this.#settled.get(watermarkKey(OUTCOMES, header.month, header.generation)) ?? -1;
    const seen = Math.max(this.#watermarks.get(key) ?? -1, settled);
    if (header.last_offset <= seen) return [];
    const unfinished = this.#unfinished.get(key);
    if (unfinished !== undefined && header.first_offset > unfinished.offset) throw missingPiece(key, message);
    if (header.fragment > 0 || header.more) return this.#gather(key, offset, message);
    this.#unfinished.delete(key);
    this.#watermarks.set(key, header.last_offset);
    return [header.first_offset <= seen ? cutAfter(message, seen) : message];
  }

  #gather(key: string, offset: number, message: RowsMessage): readonly RowsMessage[] {
    const { header } = message;
    // A repetition starts the event anew.
    if (header.fragment === 0) {
      this.#unfinished.set(key, { offset: header.last_offset, pieces: [message], startsAt: offset });
      return [];
    }
    const unfinished = this.#unfinished.get(key);
    if (unfinished === undefined) throw missingPiece(key, message);
    // While a partition is handed over, two enrichers may write the same event for a moment: its pieces come mixed.
    if (unfinished.pieces.length !== header.fragment) return [];
    unfinished.pieces.push(message);
    if (header.more) return [];
    this.#unfinished.delete(key);
    this.#watermarks.set(key, header.last_offset);
    return unfinished.pieces;
  }
}
