import type { ClickHouseClient } from '@clickhouse/client';
import { DATABASE } from '../../infra/clickhouse/client.ts';
import { type AcceptedCounts, countedDays, readCounts } from '../runtime/accepted-counts.ts';
import { RetryableError } from '../runtime/errors.ts';
import type { StateStore } from '../runtime/state/state-store.ts';

/**
 * What the edges have counted of the last days; nothing while the state store is away, as what was written down before goes on to
 * hold.
 *
 * @throws PermanentError when the state store refuses us.
 */
export const readEdgeCounts = async (
  state: StateStore,
  products: readonly string[],
): Promise<readonly AcceptedCounts[]> => {
  try {
    const days = countedDays(Date.now()).map((day) => readCounts(state, day, products));
    return (await Promise.all(days)).flat();
  } catch (error) {
    if (error instanceof RetryableError) return [];
    throw error;
  }
};

/** Writes down what the edges have counted. @throws Error when ClickHouse is away. */
export const keepEdgeCounts = async (
  clickhouse: ClickHouseClient,
  counts: readonly AcceptedCounts[],
): Promise<void> => {
  const values = counts.flatMap(({ day, run, products, spooled, unspooled }) => [
    { day, run, product: '', in_spool: Math.max(0, spooled - unspooled) },
    ...[...products].map(([product, accepted]) => ({ day, run, product, accepted })),
  ]);
  if (values.length === 0) return;
  await clickhouse.insert({
    table: `${DATABASE}.edge_counts`,
    values,
    format: 'JSONEachRow',
    clickhouse_settings: { async_insert: 0 },
  });
};
