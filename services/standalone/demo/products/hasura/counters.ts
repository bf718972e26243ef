import { DAY_MS } from '../../installation.ts';
import type { Random } from '../../random.ts';

/** Kinds of requests: their share of all, the bucket of their response time, and seconds that one takes. */
const SERVICES = [
  { query_type: 'Query', transport: 'HTTP', bucket: 0.001, share: 0.62, seconds: 0.012 },
  { query_type: 'Query', transport: 'HTTP', bucket: 0.05, share: 0.12, seconds: 0.21 },
  { query_type: 'Query', transport: 'WebSocket', bucket: 0.001, share: 0.08, seconds: 0.015 },
  { query_type: 'Mutation', transport: 'HTTP', bucket: 0.001, share: 0.15, seconds: 0.022 },
  { query_type: 'Mutation', transport: 'HTTP', bucket: 1, share: 0.03, seconds: 1.6 },
] as const;

/** Days that an instance runs before it is started anew without an upgrade, on average. */
const MEAN_DAYS_BETWEEN_STARTS = 12;

const WEEKEND_LOAD = 0.5;

const rounded = (seconds: number): number => Math.round(seconds * 1_000) / 1_000;

/** The counters of a running instance: they grow from report to report, and begin anew with a new instance at each start. */
export const createCounters = (random: Random) => {
  const requestsPerDay = random.size(20_000, 1.4);
  let version = '';
  let instance_uid = '';
  let startedAtMs = 0;
  let requests = 0;
  return (atMs: number, runningVersion: string, isWorkday: boolean) => {
    if (version !== runningVersion || random.chance(1 / MEAN_DAYS_BETWEEN_STARTS)) {
      version = runningVersion;
      instance_uid = random.uuid();
      startedAtMs = atMs - random.integer(1, DAY_MS);
      requests = 0;
    }
    requests += requestsPerDay * (isWorkday ? 1 : WEEKEND_LOAD) * (0.8 + 0.4 * random.next());
    const serviceTimingMetrics = SERVICES.map(({ query_type, transport, bucket, share, seconds }) => {
      const count = Math.round(requests * share);
      return {
        dimensions: { query_type, locality: 'Local', transport },
        bucket,
        metrics: { time_io: rounded(count * seconds * 0.7), time_tot: rounded(count * seconds), count },
      };
    });
    return { instance_uid, service_timings: { collectionTag: Math.floor(startedAtMs / 1_000), serviceTimingMetrics } };
  };
};
