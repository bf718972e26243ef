import type { ClickHouseClient } from '@clickhouse/client';
import { DATABASE } from '../../infra/clickhouse/client.ts';
import { classified } from './clickhouse-errors.ts';

/**
 * How far back stored events are looked for. Nothing older can come again: the raw log keeps a week.
 * The demonstration receives reports that are up to 30 days old.
 */
const LOOK_BACK_DAYS = 45;

/** Highest stored offset of one partition by table, month and generation of the log. */
export type Watermarks = Map<string, number>;

/** The key of a watermark. */
export const watermarkKey = (table: string, month: number, generation: string): string =>
  `${table}/${month}/${generation}`;

/**
 * What the tables hold of a partition. Within a table, a month and a generation, events are inserted in the order of their
 * offsets and each event whole; so everything up to the highest offset is there.
 *
 * @throws RetryableError when ClickHouse is away.
 */
export const readWatermarks = async (
  client: ClickHouseClient,
  tables: Iterable<string>,
  partition: number,
): Promise<Watermarks> => {
  const selects = [...tables].map(
    (
      table,
    ) => `SELECT '${table}' AS table, toYYYYMM(received_at) AS month, _generation AS generation, max(_offset) AS offset
      FROM ${DATABASE}.${table}
      WHERE _partition = {partition: UInt16} AND received_at > now() - INTERVAL ${LOOK_BACK_DAYS} DAY
      GROUP BY month, generation`,
  );
  try {
    const result = await client.query({
      query: selects.join(' UNION ALL '),
      query_params: { partition },
      format: 'JSONEachRow',
      clickhouse_settings: { output_format_json_quote_64bit_integers: 0 },
    });
    const rows = await result.json<{ table: string; month: number; generation: string; offset: number }>();
    return new Map(
      rows.map(({ table, month, generation, offset }) => [watermarkKey(table, month, generation), offset]),
    );
  } catch (error) {
    throw classified(error, `reading what is stored of partition ${partition}`);
  }
};
