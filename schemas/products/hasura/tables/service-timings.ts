import { instant, toCount } from '../../../pack/derive.ts';
import { column, type RowOf } from '../../../pack/table.ts';
import type { ServiceTimings } from '../contract/server.ts';

/**
 * Columns of a server's counters. They are maps of one row, not rows of their own, because counters accumulate: of the samples
 * with equal `timings_since` only the last counts, and `argMax(…, received_at)` takes it as a whole.
 */
export const TIMING_COLUMNS = {
  timings_since: column(
    'Nullable(DateTime64(3))',
    'When the instance began to count requests, UTC: later samples with the same time replace earlier ones; null without timings',
  ),
  requests: column('Nullable(UInt64)', 'Requests since timings_since; null when the report has no timings'),
  requests_by_service: column(
    'Map(LowCardinality(String), UInt64)',
    'Requests since timings_since by query type/locality/transport/bucket, such as Query/Local/HTTP/0.05; bucket: lower bound of the response time in seconds; early versions add /cache hit',
  ),
  service_time_us: column(
    'Map(LowCardinality(String), UInt64)',
    'Time spent on the requests of requests_by_service since timings_since, in microseconds',
  ),
  io_time_us: column(
    'Map(LowCardinality(String), UInt64)',
    'Part of service_time_us spent waiting for databases and remote schemas, in microseconds',
  ),
};

type Timing = NonNullable<ServiceTimings['serviceTimingMetrics']>[number];

const serviceOf = ({ dimensions, bucket }: Timing): string => {
  const service = `${dimensions?.query_type ?? ''}/${dimensions?.locality ?? ''}/${dimensions?.transport ?? ''}/${bucket ?? ''}`;
  return dimensions?.cache_hit ? `${service}/${dimensions.cache_hit}` : service;
};

const totals = (timings: readonly Timing[], measure: (timing: Timing) => number): Record<string, number> => {
  const byService: Record<string, number> = {};
  for (const timing of timings) {
    const service = serviceOf(timing);
    byService[service] = toCount((byService[service] ?? 0) + measure(timing));
  }
  return byService;
};

const microseconds = (seconds: number | null | undefined): number => toCount((seconds ?? 0) * 1_000_000);

/** The counters' columns of one report. */
export const timingColumns = (timings: ServiceTimings | null | undefined): RowOf<typeof TIMING_COLUMNS> => {
  const since = timings?.collectionTag;
  const services = timings?.serviceTimingMetrics ?? [];
  const requests = totals(services, ({ metrics }) => metrics?.count ?? 0);
  return {
    timings_since: instant(since == null ? null : since * 1000),
    requests: timings == null ? null : toCount(Object.values(requests).reduce((sum, count) => sum + count, 0)),
    requests_by_service: requests,
    service_time_us: totals(services, ({ metrics }) => microseconds(metrics?.time_tot)),
    io_time_us: totals(services, ({ metrics }) => microseconds(metrics?.time_io)),
  };
};
