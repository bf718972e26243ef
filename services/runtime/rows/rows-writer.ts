import avro, { type Type } from 'avsc';
import { rowSchema } from '../../../schemas/pack/avro.ts';
import type { Table } from '../../../schemas/pack/table.ts';
import { ROWS_HEADER_SCHEMA, type RowsHeader } from '../../../schemas/topics/rows.ts';
import { PREFIX_BYTES, writePrefix } from '../wire-format.ts';

const HEADER = avro.Type.forSchema(ROWS_HEADER_SCHEMA);
const LONG = avro.Type.forSchema('long');

/** First size of a writer's buffer in bytes; it grows to the largest event. */
const FIRST_BYTES = 65_536;

/** Largest value of an Avro long in bytes. */
const LONG_BYTES = 10;

/** The types of a table's rows, compiled once, and the id of the schema of its messages. */
export interface RowsFormat {
  readonly row: Type;
  readonly schemaId: number;
}

/** Compiles the format of a table. */
export const rowsFormat = (name: string, table: Table, schemaId: number): RowsFormat => ({
  row: avro.Type.forSchema(rowSchema(name, table)),
  schemaId,
});

/** What the rows of one message have in common. */
export type RowsOrigin = Pick<RowsHeader, 'generation' | 'partition' | 'month'>;

/**
 * Gathers the encoded rows of one table into messages of at most `maxBytes`, whole events as far as they fit. Rows of an event
 * count only once it is ended: `undoEvent` takes them back.
 */
export class RowsWriter {
  readonly #format: RowsFormat;
  readonly #origin: RowsOrigin;
  readonly #maxBytes: number;
  readonly #messages: Buffer[] = [];
  #buffer = Buffer.allocUnsafe(FIRST_BYTES);
  /** End of the rows of ended events, and their number. */
  #ended = 0;
  #endedRows = 0;
  /** Ends of the rows of the event under way. */
  #rowEnds: number[] = [];
  #firstOffset = -1;
  #lastOffset = -1;
  #newestReceivedAt = 0;

  constructor(format: RowsFormat, origin: RowsOrigin, maxBytes: number) {
    this.#format = format;
    this.#origin = origin;
    this.#maxBytes = maxBytes;
  }

  /** @throws Error when a value of the row does not fit its column. */
  addRow(row: unknown): void {
    const start = this.#rowEnds.at(-1) ?? this.#ended;
    let end = this.#format.row.encode(row, this.#buffer, start);
    if (end < 0) {
      // A negative end is the number of bytes that were missing.
      const larger = Buffer.allocUnsafe((this.#buffer.length - end) * 2);
      this.#buffer.copy(larger, 0, 0, start);
      this.#buffer = larger;
      end = this.#format.row.encode(row, this.#buffer, start);
    }
    this.#rowEnds.push(end);
  }

  /** Forgets the rows of the event under way. */
  undoEvent(): void {
    this.#rowEnds = [];
  }

  /** The event at `offset` of the raw log, received at `receivedAtMs`, is complete. */
  endEvent(offset: number, receivedAtMs: number): void {
    if (this.#rowEnds.length === 0) return;
    const end = this.#rowEnds.at(-1) ?? this.#ended;
    if (end > this.#maxBytes && this.#endedRows > 0) this.#cutBeforeEvent();
    if (this.#firstOffset < 0) this.#firstOffset = offset;
    this.#lastOffset = offset;
    this.#newestReceivedAt = Math.max(this.#newestReceivedAt, receivedAtMs);
    if ((this.#rowEnds.at(-1) ?? 0) > this.#maxBytes) {
      this.#emitInFragments();
      return;
    }
    this.#ended = this.#rowEnds.at(-1) ?? this.#ended;
    this.#endedRows += this.#rowEnds.length;
    this.#rowEnds = [];
  }

  /** All messages; the writer is then spent. */
  finish(): readonly Buffer[] {
    if (this.#endedRows > 0) this.#emit(0, this.#ended, this.#endedRows, 0, false);
    return this.#messages;
  }

  /** Emits the ended events and moves the rows of the event under way to the front. */
  #cutBeforeEvent(): void {
    this.#emit(0, this.#ended, this.#endedRows, 0, false);
    const moved = this.#ended;
    this.#buffer.copyWithin(0, moved, this.#rowEnds.at(-1));
    this.#rowEnds = this.#rowEnds.map((end) => end - moved);
    this.#reset();
  }

  /** Emits an event that is larger than a message, cut between rows. */
  #emitInFragments(): void {
    let start = 0;
    let rows = 0;
    let fragment = 0;
    this.#rowEnds.forEach((end, index) => {
      rows += 1;
      const next = this.#rowEnds[index + 1];
      if (next !== undefined && next - start <= this.#maxBytes) return;
      this.#emit(start, end, rows, fragment, next !== undefined);
      fragment += 1;
      start = end;
      rows = 0;
    });
    this.#rowEnds = [];
    this.#reset();
  }

  #reset(): void {
    this.#ended = 0;
    this.#endedRows = 0;
    this.#firstOffset = -1;
  }

  #emit(start: number, end: number, rows: number, fragment: number, more: boolean): void {
    const header = HEADER.toBuffer({
      ...this.#origin,
      first_offset: this.#firstOffset,
      last_offset: this.#lastOffset,
      newest_received_at: this.#newestReceivedAt,
      fragment,
      more,
    } satisfies RowsHeader);
    // Prefix, header, one array block: number of rows, the rows, and a zero that ends the array.
    const message = Buffer.allocUnsafe(PREFIX_BYTES + header.length + LONG_BYTES + (end - start) + 1);
    writePrefix(message, this.#format.schemaId);
    header.copy(message, PREFIX_BYTES);
    let position = LONG.encode(rows, message, PREFIX_BYTES + header.length);
    position += this.#buffer.copy(message, position, start, end);
    message[position] = 0;
    this.#messages.push(message.subarray(0, position + 1));
  }
}
