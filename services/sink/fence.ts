import type { ClickHouseClient } from '@clickhouse/client';
import { DATABASE } from '../../infra/clickhouse/client.ts';
import { onClusterClause, processesTable } from '../../infra/clickhouse/cluster.ts';
import { classified } from './clickhouse-errors.ts';

/** Start of the ids of all inserts of all sinks; the partitions of the block follow. */
const INSERT_ID_PREFIX = 'candor-insert';

/** The query id of an insert: it tells whoever takes a partition over which inserts it has to wait for. */
export const insertId = (owner: string, sequence: number, partitions: readonly number[]): string =>
  `${INSERT_ID_PREFIX}/${owner}/${sequence}/${partitions.join(',')}`;

const partitionsOf = (queryId: string): readonly number[] => (queryId.split('/')[3] ?? '').split(',').map(Number);

const ownedOf = (owner: string, partitions: readonly number[]): string =>
  `(SELECT count() FROM (SELECT argMax(owner, (epoch, owner)) AS newest FROM ${DATABASE}.fence ` +
  `WHERE partition IN (${partitions.join(', ')}) GROUP BY partition) WHERE newest = '${owner}')`;

/** A condition that holds as long as `owner` owns all of `partitions`. */
export const ownership = (owner: string, partitions: readonly number[]): string =>
  `${ownedOf(owner, partitions)} = ${partitions.length}`;

/** A condition that holds as long as `owner` owns all of `partitions`; the server throws when it doesn't. */
export const fenceCondition = (owner: string, partitions: readonly number[]): string =>
  `throwIf(${ownedOf(owner, partitions)} != ${partitions.length}, 'fenced') = 0`;

/**
 * Takes a partition over: from now on only inserts of `owner` succeed, and none of the previous owner's is still under way.
 * The order matters: raise the epoch, then kill and wait, and only then may the watermark be read.
 *
 * @throws RetryableError when ClickHouse is away.
 */
export const takePartition = async (
  client: ClickHouseClient,
  owner: string,
  partition: number,
  cluster?: string,
): Promise<void> => {
  try {
    await client.command({
      query: `INSERT INTO ${DATABASE}.fence (partition, epoch, owner)
        SELECT {partition: UInt16}, max(epoch) + 1, {owner: String} FROM ${DATABASE}.fence WHERE partition = {partition: UInt16}`,
      query_params: { partition, owner },
    });
    const running = await client.query({
      query: `SELECT query_id FROM ${processesTable(cluster)} WHERE startsWith(query_id, '${INSERT_ID_PREFIX}/')`,
      format: 'JSONEachRow',
    });
    const theirs = (await running.json<{ query_id: string }>())
      .map(({ query_id }) => query_id)
      .filter((id) => !id.includes(`/${owner}/`) && partitionsOf(id).includes(partition));
    if (theirs.length === 0) return;
    await client.command({
      query: `KILL QUERY${onClusterClause(cluster)} WHERE has({ids: Array(String)}, query_id) SYNC`,
      query_params: { ids: theirs },
    });
  } catch (error) {
    throw classified(error, `taking over partition ${partition}`);
  }
};
