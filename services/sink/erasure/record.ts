import type { ClickHouseClient } from '@clickhouse/client';
import { DATABASE } from '../../../infra/clickhouse/client.ts';
import type { OpenRequest } from './requests.ts';
import type { RowCounts } from './rows-of-installations.ts';

/** What is recorded of an erasure: `counted` before anything is removed, `erased` when nothing is left. */
export type ErasureStep = 'counted' | 'erased';

/** Records a step of requests, once: one that died in between has recorded what it found then, and that was more. */
export const recordStep = async (
  clickhouse: ClickHouseClient,
  step: ErasureStep,
  requests: readonly OpenRequest[],
  counts: RowCounts,
): Promise<void> => {
  const result = await clickhouse.query({
    query: `SELECT erasure_id FROM ${DATABASE}.erasures WHERE step = {step: String} AND has({ids: Array(UUID)}, erasure_id)`,
    query_params: { step, ids: requests.map(({ event_id }) => event_id) },
    format: 'JSONEachRow',
  });
  const known = new Set((await result.json<{ erasure_id: string }>()).map(({ erasure_id }) => erasure_id));
  const values = requests
    .filter(({ event_id }) => !known.has(event_id))
    .map(({ event_id, product, forever, requested_at }) => ({
      erasure_id: event_id,
      product,
      forever,
      requested_at: new Date(requested_at).toISOString().replace('Z', ''),
      step,
      rows: counts.get(event_id) ?? {},
    }));
  if (values.length === 0) return;
  await clickhouse.insert({
    table: `${DATABASE}.erasures`,
    values,
    format: 'JSONEachRow',
    clickhouse_settings: { async_insert: 0 },
  });
};
