import type { ClickHouseClient } from '@clickhouse/client';
import { DATABASE } from '../../../infra/clickhouse/client.ts';
import { FOREVER_MS } from '../../../schemas/pipeline/erasure.ts';
import { ERASURE_REQUESTS } from '../../../schemas/pipeline/tables.ts';

/** Requests that are dealt with together, at most: what they are made into stays well below the 256 KiB of a query. */
const MAX_REQUESTS = 500;

/** A request for erasure that is not done yet. */
export interface OpenRequest {
  readonly event_id: string;
  readonly product: string;
  readonly installation_id: string;
  readonly forever: boolean;
  /** Name of its entry on the suppression list. */
  readonly suppression: string;
  /** When it was received, ms since 1970. */
  readonly requested_at: number;
}

/** Rows received until then are removed; ms since 1970. */
export const untilOf = ({ forever, requested_at }: OpenRequest): number => (forever ? FOREVER_MS : requested_at);

/** The oldest requests that are not done yet. @throws Error when ClickHouse is away. */
export const readRequests = async (clickhouse: ClickHouseClient): Promise<readonly OpenRequest[]> => {
  const result = await clickhouse.query({
    query: `SELECT event_id, product, installation_id, forever, suppression, toUnixTimestamp64Milli(received_at) AS requested_at
      FROM ${DATABASE}.${ERASURE_REQUESTS} ORDER BY received_at, event_id LIMIT 1 BY event_id LIMIT ${MAX_REQUESTS}`,
    format: 'JSONEachRow',
    clickhouse_settings: { output_format_json_quote_64bit_integers: 0 },
  });
  return result.json<OpenRequest>();
};

/** Removes requests that are done: the last place that knew their installations. */
export const closeRequests = (clickhouse: ClickHouseClient, requests: readonly OpenRequest[]): Promise<unknown> =>
  clickhouse.command({
    query: `ALTER TABLE ${DATABASE}.${ERASURE_REQUESTS} DELETE WHERE has({ids: Array(UUID)}, event_id)`,
    query_params: { ids: requests.map(({ event_id }) => event_id) },
    clickhouse_settings: { mutations_sync: '2' },
  });
