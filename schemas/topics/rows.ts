import type { schema } from 'avsc';
import { rowSchema } from '../pack/avro.ts';
import type { Table } from '../pack/table.ts';

/**
 * What stands in front of a message's rows. It says which events the rows belong to, so that the sink can skip, gather and
 * commit without reading one row.
 */
export interface RowsHeader {
  /** Lineage of all rows of the message. */
  readonly generation: string;
  readonly partition: number;
  /** ClickHouse partition of all rows: the month of `received_at` as yyyymm. */
  readonly month: number;
  readonly first_offset: number;
  readonly last_offset: number;
  /** The latest `received_at` of its events, ms since 1970: how fresh the tables are once it is stored. */
  readonly newest_received_at: number;
  /** 0 where a message starts with a whole event; n for the nth continuation of one that is too large for a message. */
  readonly fragment: number;
  /** Whether the rows of the last event go on in the next message of this table and month. */
  readonly more: boolean;
}

/** Avro schema of {@link RowsHeader}. */
export const ROWS_HEADER_SCHEMA: schema.RecordType = {
  type: 'record',
  name: 'candor.RowsHeader',
  fields: [
    { name: 'generation', type: 'string' },
    { name: 'partition', type: 'int' },
    { name: 'month', type: 'int' },
    { name: 'first_offset', type: 'long' },
    { name: 'last_offset', type: 'long' },
    { name: 'newest_received_at', type: { type: 'long', logicalType: 'timestamp-millis' } },
    { name: 'fragment', type: 'int' },
    { name: 'more', type: 'boolean' },
  ],
};

/** Names of the schemas of messages with rows start with this; the table's name follows. */
export const ROWS_MESSAGE_PREFIX = 'candor.messages.';

/** Avro schema of a message with rows of one table: the header, then the rows as one array block. */
export const rowsSchema = (name: string, table: Table): schema.RecordType => ({
  type: 'record',
  name: `${ROWS_MESSAGE_PREFIX}${name}`,
  fields: [
    { name: 'header', type: ROWS_HEADER_SCHEMA },
    { name: 'rows', type: { type: 'array', items: rowSchema(name, table) } },
  ],
});

/** The registry's subject for the rows of a table. */
export const rowsSubject = (name: string): string => `candor.rows-${name}`;

/** The registry's subject for the values of a topic with one schema. */
export const valueSubject = (topic: string): string => `${topic}-value`;

/** The month of a point in time (ms since 1970, UTC) as yyyymm: the ClickHouse partition of its rows. */
export const monthOf = (timeMs: number): number => {
  const date = new Date(timeMs);
  return date.getUTCFullYear() * 100 + date.getUTCMonth() + 1;
};
