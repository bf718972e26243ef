import { describe, expect, test } from 'vitest';
import { onCluster, replicated } from '../../../infra/clickhouse/cluster.ts';

describe('a statement for a cluster', () => {
  test.each([
    ['CREATE DATABASE IF NOT EXISTS candor', "CREATE DATABASE IF NOT EXISTS candor ON CLUSTER 'c'"],
    ['-- why\nCREATE TABLE candor.t\n(a UInt8)', "-- why\nCREATE TABLE candor.t ON CLUSTER 'c'\n(a UInt8)"],
    ['ALTER TABLE candor.t ADD COLUMN b UInt8', "ALTER TABLE candor.t ON CLUSTER 'c' ADD COLUMN b UInt8"],
    ['CREATE OR REPLACE VIEW candor.v AS SELECT 1', "CREATE OR REPLACE VIEW candor.v ON CLUSTER 'c' AS SELECT 1"],
    ['CREATE VIEW IF NOT EXISTS candor.v AS SELECT 1', "CREATE VIEW IF NOT EXISTS candor.v ON CLUSTER 'c' AS SELECT 1"],
  ])('%s', (statement, expected) => {
    expect(onCluster(statement, 'c')).toBe(expected);
  });

  test('of a kind that nobody has thought of is refused', () => {
    expect(() => onCluster('DROP TABLE candor.t', 'c')).toThrow('not known to work on a cluster');
  });
});

describe('a table for a cluster', () => {
  test('is replicated, and remembers tokens as replicated tables do', () => {
    const statement = `CREATE TABLE candor.t (a UInt8)
ENGINE = MergeTree
ORDER BY a
SETTINGS non_replicated_deduplication_window = 1000`;
    expect(replicated(statement)).toBe(`CREATE TABLE candor.t (a UInt8)
ENGINE = ReplicatedMergeTree('/clickhouse/tables/{shard}/candor/t', '{replica}')
ORDER BY a
SETTINGS replicated_deduplication_window = 1000`);
  });

  test('keeps what its engine is told', () => {
    expect(replicated('CREATE TABLE candor.t (a UInt8) ENGINE = ReplacingMergeTree(a) ORDER BY a')).toContain(
      "ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/{shard}/candor/t', '{replica}', a)",
    );
  });
});
