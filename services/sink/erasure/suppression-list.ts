import type { ClickHouseClient } from '@clickhouse/client';
import { DATABASE } from '../../../infra/clickhouse/client.ts';
import { FOREVER_MS } from '../../../schemas/pipeline/erasure.ts';
import type { StateStore } from '../../runtime/state/state-store.ts';
import { OPT_OUT_TTL_MS, suppress } from '../../runtime/suppression.ts';
import { type OpenRequest, untilOf } from './requests.ts';

/** Keeps the suppression list's entries where a loss of the state store does not reach them. */
export const keepSuppressions = (clickhouse: ClickHouseClient, requests: readonly OpenRequest[]): Promise<unknown> =>
  clickhouse.insert({
    table: `${DATABASE}.suppressions`,
    values: requests.map((request) => ({ suppression: request.suppression, until_ms: untilOf(request) })),
    format: 'JSONEachRow',
    clickhouse_settings: { async_insert: 0 },
  });

/** Gives the state store the entries that it has lost. */
export const restoreSuppressions = async (
  clickhouse: ClickHouseClient,
  state: StateStore,
  signal: AbortSignal,
): Promise<void> => {
  const result = await clickhouse.query({
    query: `SELECT suppression AS name, max(until_ms) AS untilMs FROM ${DATABASE}.suppressions
      WHERE until_ms = ${FOREVER_MS} OR until_ms > ${Date.now() - OPT_OUT_TTL_MS} GROUP BY suppression`,
    format: 'JSONEachRow',
    clickhouse_settings: { output_format_json_quote_64bit_integers: 0 },
  });
  const suppressions = await result.json<{ name: string; untilMs: number }>();
  signal.throwIfAborted();
  await suppress(state, suppressions);
};
