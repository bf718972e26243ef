import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import type { ClickHouseClient } from '@clickhouse/client';
import avro from 'avsc';
import { DATABASE } from '../../infra/clickhouse/client.ts';
import { allColumns, clickHouseType, type Table } from '../../schemas/pack/table.ts';
import { PermanentError } from '../runtime/errors.ts';
import { classified } from './clickhouse-errors.ts';
import { fenceCondition, insertId } from './fence.ts';
import type { Block } from './gathering.ts';

const LONG = avro.Type.forSchema('long');
const FILE_META = avro.Type.forSchema({ type: 'map', values: 'bytes' });
const MAGIC = Buffer.from('Obj\x01');
const SYNC_BYTES = 16;

/**
 * Settings that make an insert one atomic part, known to the client only when it is done. `async_insert` would acknowledge
 * from a buffer, a smaller block size would cut the block into several parts.
 */
const SETTINGS = {
  async_insert: 0,
  wait_end_of_query: 1,
  min_insert_block_size_rows: '1048449',
  min_insert_block_size_bytes: '536870912',
} as const;

/** An Avro object container file with all rows in one block: head, number of rows, their size, the rows as they are. */
const containerOf = ({ format, items, rows, bytes }: Block): Buffer => {
  const sync = randomBytes(SYNC_BYTES);
  const meta = FILE_META.toBuffer({ 'avro.schema': Buffer.from(format.rowSchema), 'avro.codec': Buffer.from('null') });
  return Buffer.concat([MAGIC, meta, sync, LONG.toBuffer(rows), LONG.toBuffer(bytes), ...items, sync]);
};

/** The structure of the rows as the server must read them: the writer's columns with the types of our tables. */
const structureOf = (columns: readonly string[], name: string, table: Table | undefined): string => {
  const types = table && allColumns(table);
  return columns
    .map((column) => {
      const type = types?.[column]?.type;
      if (type === undefined) throw new PermanentError(`${name}.${column} came from a newer enricher: update the sink`);
      return `${column} ${clickHouseType(type)}`;
    })
    .join(', ');
};

/** One insert, made up once: every try sends the same bytes under the same id and token. */
export interface Insert {
  readonly table: string;
  readonly rows: number;
  /**
   * Tries once.
   *
   * @throws RetryableError when it may be tried again, its outcome being unknown.
   * @throws PermanentError when it may not.
   */
  readonly attempt: () => Promise<void>;
}

/** Makes up the insert of a block: conditional on `owner` still owning the partitions its rows come from. */
export const createInsert = (
  client: ClickHouseClient,
  tables: ReadonlyMap<string, Table>,
  owner: string,
  sequence: number,
  block: Block,
): Insert => {
  const { table, columns } = block.format;
  const partitions = [...block.partitions].sort((a, b) => a - b);
  const structure = structureOf(columns, table, tables.get(table));
  const names = columns.join(', ');
  const query =
    `INSERT INTO ${DATABASE}.${table} (${names}) SELECT ${names} FROM input('${structure.replaceAll("'", "\\'")}') ` +
    `WHERE ${fenceCondition(owner, partitions)} FORMAT Avro`;
  const body = containerOf(block);
  const query_id = insertId(owner, sequence, partitions);
  return {
    table,
    rows: block.rows,
    attempt: async () => {
      try {
        const clickhouse_settings = { ...SETTINGS, insert_deduplication_token: query_id };
        // The client runs queries with a body of its own through `exec`; its `insert` knows no Avro.
        const { stream } = await client.exec({ query, query_id, values: Readable.from([body]), clickhouse_settings });
        for await (const _ of stream) {
          // The answer is empty; reading to its end frees the connection.
        }
      } catch (error) {
        throw classified(error, `inserting ${block.rows} rows into ${table}`);
      }
    },
  };
};
