import { clusterEnvironment } from '../../infra/clickhouse/config.ts';
import { brakeEnvironment } from '../runtime/brake.ts';
import { wholeNumber } from '../runtime/environment.ts';

/** Least time between two inserts into a table: ClickHouse merges one part a second and table without falling behind. */
const FLUSH_INTERVAL_MS = 1_000;

/** Rows gathered before an insert, at most; below the 1,048,449 that ClickHouse puts into one part. */
const MAX_BLOCK_ROWS = 900_000;

/** Bytes gathered before an insert, over all tables. */
const MAX_GATHERED_BYTES = 64 * 1024 * 1024;

/** The sink's environment. */
export const sinkEnvironment = {
  ...brakeEnvironment,
  ...clusterEnvironment,
  SINK_FLUSH_INTERVAL_MS: wholeNumber(FLUSH_INTERVAL_MS, 1),
  SINK_MAX_BLOCK_ROWS: wholeNumber(MAX_BLOCK_ROWS, 1),
  SINK_MAX_GATHERED_BYTES: wholeNumber(MAX_GATHERED_BYTES, 1),
};
