import { type ClickHouseClient, ClickHouseLogLevel, createClient } from '@clickhouse/client';
import { CLUSTER_SETTINGS } from './cluster.ts';

/** The database of everything that Candor stores. */
export const DATABASE = 'candor';

/** How to reach ClickHouse as one of its users. */
export interface ClickHouseAccess {
  readonly url: string;
  readonly username: string;
  readonly password: string;
  /** The cluster whose replicas hold the tables; undefined for a single server. */
  readonly cluster?: string | undefined;
}

/** Longest that we wait for an answer: longer than any insert of 256 MB took on two cores. */
const REQUEST_TIMEOUT_MS = 120_000;

/** Opens a client; it connects with the first query. */
export const openClickHouse = ({ cluster, ...access }: ClickHouseAccess): ClickHouseClient =>
  createClient({
    ...access,
    ...(cluster !== undefined && { clickhouse_settings: CLUSTER_SETTINGS }),
    request_timeout: REQUEST_TIMEOUT_MS,
    max_open_connections: 10,
    // What goes wrong is thrown, and told once by whoever catches it.
    log: { level: ClickHouseLogLevel.OFF },
  });
