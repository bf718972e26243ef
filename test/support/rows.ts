import avro from 'avsc';
import { rowSchema } from '../../schemas/pack/avro.ts';
import { allColumns, type CommonRow, type Table } from '../../schemas/pack/table.ts';
import type { RowsHeader } from '../../schemas/topics/rows.ts';
import { PREFIX_BYTES } from '../../services/runtime/wire-format.ts';
import type { RowsMessage, RowsMessageFormat } from '../../services/sink/rows-message.ts';
import { TINY_TABLES } from './tiny-catalog.ts';

/** The common columns of the rows of the event at `offset`. */
export const commonRowAt = (offset: number): CommonRow => ({
  event_id: '0198a2c4-0000-7000-8000-000000000001',
  product: 'tiny',
  installation_id: 'installation-1',
  received_at: Date.UTC(2026, 10, 21),
  country: 'DE',
  geo_build: null,
  _generation: 'g1',
  _partition: 3,
  _offset: offset,
});

/** The format of messages of a made-up table, as the sink knows it. */
export const formatOf = (name: keyof typeof TINY_TABLES = 'tiny_reports', schemaId = 7): RowsMessageFormat => {
  const table: Table = TINY_TABLES[name];
  const definition = rowSchema(name, table);
  const columns = Object.keys(allColumns(table));
  return {
    schemaId,
    table: name,
    columns,
    rowSchema: JSON.stringify(definition),
    row: avro.Type.forSchema(definition),
  };
};

/** A message with one row of `tiny_reports` per event: `offsets` name their events, `header` what differs from the usual. */
export const messageOf = (
  offsets: readonly number[],
  header: Partial<RowsHeader> = {},
  format: RowsMessageFormat = formatOf(),
): RowsMessage => ({
  header: {
    generation: 'g1',
    partition: 3,
    month: 202611,
    first_offset: offsets[0] ?? -1,
    last_offset: offsets.at(-1) ?? -1,
    newest_received_at: 0,
    fragment: 0,
    more: false,
    ...header,
  },
  format,
  rows: offsets.length,
  items: Buffer.concat(offsets.map((offset) => format.row.toBuffer({ ...commonRowAt(offset), version: `v${offset}` }))),
});

/** The offsets of a message's rows, in order. */
export const offsetsIn = ({ format, items, rows }: Pick<RowsMessage, 'format' | 'items' | 'rows'>): number[] => {
  const offsets: number[] = [];
  for (let position = 0; position < items.length; ) {
    const { value, offset } = format.row.decode(items, position);
    if (offset < 0) throw new Error(`the rows end in the middle of one, after ${offsets.length}`);
    offsets.push((value as CommonRow)._offset);
    position = offset;
  }
  if (offsets.length !== rows) throw new Error(`${offsets.length} rows where ${rows} were announced`);
  return offsets;
};

/** A whole message of rows as Avro reads it. */
export interface ReadableMessage {
  readonly header: RowsHeader;
  readonly rows: readonly Readonly<Record<string, unknown>>[];
}

/** Reads a message of the topic of rows with Avro's own reader of its whole schema. */
export const readMessage = (value: Buffer, schema: avro.Schema): ReadableMessage =>
  avro.Type.forSchema(schema).fromBuffer(value.subarray(PREFIX_BYTES)) as ReadableMessage;
