import type { ClickHouseClient } from '@clickhouse/client';
import { DATABASE } from '../../infra/clickhouse/client.ts';
import type { Lineage } from '../../schemas/topics/anonymized.ts';
import { classified } from './clickhouse-errors.ts';
import { insertId, ownership } from './fence.ts';

/** The event whose rows are to be removed. */
export interface EventPlace extends Lineage {
  /** ClickHouse partition of its rows. */
  readonly month: number;
}

/**
 * Removes what is stored of one event from `tables`, as long as `owner` owns its partition; can be repeated.
 *
 * @throws RetryableError when ClickHouse is away.
 * @throws PermanentError when the sink's user may not delete.
 */
export const removeEvent = async (
  client: ClickHouseClient,
  tables: readonly string[],
  owner: string,
  sequence: number,
  place: EventPlace,
): Promise<void> => {
  const isIts =
    'toYYYYMM(received_at) = {month: UInt32} AND _generation = {generation: String} ' +
    'AND _partition = {partition: UInt16} AND _offset = {offset: UInt64}';
  const query_params = { ...place };
  try {
    const counts = tables.map(
      (table) => `SELECT '${table}' AS table FROM ${DATABASE}.${table} WHERE ${isIts} GROUP BY table`,
    );
    const found = await client.query({ query: counts.join(' UNION ALL '), query_params, format: 'JSONEachRow' });
    for (const { table } of await found.json<{ table: string }>()) {
      await client.command({
        // Under an insert's id, so that whoever takes the partition over waits for its end.
        query_id: insertId(owner, sequence, [place.partition]),
        query: `DELETE FROM ${DATABASE}.${table} WHERE ${isIts} AND ${ownership(owner, [place.partition])}`,
        query_params,
        clickhouse_settings: { lightweight_deletes_sync: '2' },
      });
    }
  } catch (error) {
    throw classified(error, `removing the rows of event ${place.partition}/${place.offset}`);
  }
};
