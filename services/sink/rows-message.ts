import avro, { type schema, type Type } from 'avsc';
import { ROWS_HEADER_SCHEMA, ROWS_MESSAGE_PREFIX, type RowsHeader } from '../../schemas/topics/rows.ts';
import type { SchemaIds } from '../runtime/registry/schema-ids.ts';
import { PREFIX_BYTES, schemaIdOf } from '../runtime/wire-format.ts';

/** A message with rows of one table: what its header says, and its rows as they are. */
export interface RowsMessage {
  readonly header: RowsHeader;
  readonly format: RowsMessageFormat;
  readonly rows: number;
  /** The encoded rows, one behind the other. */
  readonly items: Buffer;
}

/** What the schema of a message says. */
export interface RowsMessageFormat {
  readonly schemaId: number;
  readonly table: string;
  readonly columns: readonly string[];
  /** Schema of one row as JSON, for the head of an Avro file. */
  readonly rowSchema: string;
  /** For the rare case that rows have to be read: a replay cuts through the message. */
  readonly row: Type;
}

const HEADER = avro.Type.forSchema(ROWS_HEADER_SCHEMA);
const LONG = avro.Type.forSchema('long');

interface MessageSchema {
  readonly name: string;
  readonly namespace?: string;
  readonly fields: readonly [unknown, { readonly type: { readonly items: schema.RecordType } }];
}

/** A registry may give the full name apart, as name and namespace. */
const fullNameOf = ({ name = '', namespace }: Partial<MessageSchema>): string =>
  namespace === undefined || name.includes('.') ? name : `${namespace}.${name}`;

const isMessageSchema = (definition: unknown): definition is MessageSchema =>
  fullNameOf((definition ?? {}) as Partial<MessageSchema>).startsWith(ROWS_MESSAGE_PREFIX);

const formatOf = (schemaId: number, definition: MessageSchema): RowsMessageFormat => {
  const row = definition.fields[1].type.items;
  return {
    schemaId,
    table: fullNameOf(definition).slice(ROWS_MESSAGE_PREFIX.length),
    columns: row.fields.map(({ name }) => name),
    rowSchema: JSON.stringify(row),
    row: avro.Type.forSchema(row),
  };
};

/** Reads the messages of the topic of rows, and of the rows only where they end. */
export class RowsMessageReader {
  readonly #ids: SchemaIds;
  readonly #formats = new Map<number, RowsMessageFormat>();

  constructor(ids: SchemaIds) {
    this.#ids = ids;
  }

  /** Learns the schemas of a batch that are still unknown. */
  async prepare(values: readonly Buffer[]): Promise<void> {
    for (const id of new Set(values.map(schemaIdOf))) {
      if (id === undefined || this.#formats.has(id)) continue;
      const definition = await this.#ids.schemaOf(id);
      // Another topic's schema could stand on this one: its values are no messages of rows.
      if (isMessageSchema(definition)) this.#formats.set(id, formatOf(id, definition));
    }
  }

  /** The message; undefined for a value that isn't one. */
  read(value: Buffer): RowsMessage | undefined {
    const format = this.#formats.get(schemaIdOf(value) ?? -1);
    if (format === undefined) return undefined;
    const header = HEADER.decode(value, PREFIX_BYTES);
    const count = header.offset < 0 ? undefined : LONG.decode(value, header.offset);
    // One array block and the zero that ends the array; a count below zero would mean a block with its size in front.
    if (count === undefined || count.offset < 0 || count.value <= 0 || value.at(-1) !== 0) return undefined;
    return { header: header.value, format, rows: count.value, items: value.subarray(count.offset, -1) };
  }
}

/** The message without the rows of events up to `offset`. */
export const cutAfter = (message: RowsMessage, offset: number): RowsMessage => {
  const { row } = message.format;
  let position = 0;
  let start = 0;
  let rows = message.rows;
  while (position < message.items.length) {
    const { value, offset: next } = row.decode(message.items, position);
    if (value._offset > offset) break;
    position = next;
    start = next;
    rows -= 1;
  }
  return { ...message, rows, items: message.items.subarray(start) };
};
