import { allColumns, clickHouseType, sortingKey, type Table } from '../../schemas/pack/table.ts';

const quoted = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;

/**
 * The statement that creates a table. Plain MergeTree: rows are inserted exactly once by the sink, so there is nothing to
 * replace; the deduplication window remembers the tokens of recent blocks, so that one repeated after an unknown outcome is
 * taken once.
 */
export const createTable = (database: string, name: string, table: Table, retentionDays: number): string => {
  const columns = Object.entries(allColumns(table)).map(
    ([column, { type, comment, codec }]) =>
      `    ${column} ${clickHouseType(type)} COMMENT ${quoted(comment)} CODEC(${codec})`,
  );
  return `CREATE TABLE ${database}.${name}
(
${columns.join(',\n')}
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(received_at)
ORDER BY (${sortingKey(table).join(', ')})
TTL toDateTime(received_at) + INTERVAL ${retentionDays} DAY
SETTINGS non_replicated_deduplication_window = 1000
COMMENT ${quoted(table.comment)}`;
};
