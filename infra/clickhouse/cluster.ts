import type { ClickHouseSettings } from '@clickhouse/client';

/** What a statement makes or changes, up to and including its name. */
const SUBJECT =
  /^((?:CREATE (?:DATABASE|TABLE|(?:MATERIALIZED |OR REPLACE )?VIEW)|ALTER TABLE)(?: IF (?:NOT )?EXISTS)? ([\w.]+))/m;

/** A plain engine of the MergeTree family, with its arguments if it has any. */
const ENGINE = /\bENGINE = (\w*MergeTree)\b(?:\(([^)]*)\))?/;

const MACROS = "'/clickhouse/tables/{shard}/{name}', '{replica}'";

/** A statement of a migration for tables that are replicated: their engines, and the window of deduplication that those have. */
export const replicated = (statement: string): string => {
  const name = SUBJECT.exec(statement)?.[2] ?? '';
  return statement
    .replace(ENGINE, (_engine, family: string, options: string | undefined) => {
      const parts = [MACROS.replace('{name}', name.replace('.', '/')), ...(options ? [options] : [])];
      return `ENGINE = Replicated${family}(${parts.join(', ')})`;
    })
    .replace('non_replicated_deduplication_window', 'replicated_deduplication_window');
};

/**
 * The same statement run by every replica of `cluster`.
 *
 * @throws Error for a statement that is not known to take ON CLUSTER.
 */
export const onCluster = (statement: string, cluster: string): string => {
  if (!SUBJECT.test(statement)) throw new Error(`this statement is not known to work on a cluster: ${statement}`);
  return statement.replace(SUBJECT, `$1 ON CLUSTER '${cluster}'`);
};

/**
 * Settings of every query to a cluster. What an insert has answered is then on a majority of the replicas, and whichever replica
 * is asked next knows it: the fence and the watermarks count on both. https://clickhouse.com/docs/operations/settings/settings#insert_quorum
 */
export const CLUSTER_SETTINGS: ClickHouseSettings = {
  insert_quorum: 'auto',
  insert_quorum_parallel: 0,
  select_sequential_consistency: '1',
};

/** The queries under way, on every replica of `cluster` when there is one. */
export const processesTable = (cluster: string | undefined): string =>
  cluster === undefined ? 'system.processes' : `clusterAllReplicas('${cluster}', system.processes)`;

/** The clause that has a statement run by every replica of `cluster`; empty without one. */
export const onClusterClause = (cluster: string | undefined): string =>
  cluster === undefined ? '' : ` ON CLUSTER '${cluster}'`;
