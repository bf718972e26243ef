import { execFile } from 'node:child_process';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Cluster, describeWithCluster, startCluster } from '../support/cluster.ts';
import { ask, post, waitForOutcomes } from '../support/pipeline.ts';

const COMMAND = 'services/standalone/dead-letters/main.ts';

describeWithCluster('npm run dead-letters', () => {
  let cluster: Cluster;

  beforeAll(async () => {
    cluster = await startCluster();
    await cluster.startAll();
  }, 180_000);

  afterAll(() => cluster?.close());

  const deadLetters = (...args: readonly string[]): Promise<string> => {
    const env = {
      KAFKA_BROKERS: cluster.kafka.address,
      SCHEMA_REGISTRY_URL: cluster.registry.url,
      CLICKHOUSE_URL: cluster.clickHouseUrl,
    };
    return new Promise((resolve) => {
      execFile(process.execPath, [COMMAND, ...args], { env }, (_, stdout, stderr) => resolve(stdout + stderr));
    });
  };

  test('reads raw events out of Kafka and sends them through the pipeline again', async () => {
    const bodies = ['no JSON', 'none either', 'nor this'];
    const posted = await Promise.all(bodies.map((body) => post(cluster, '/v1/reports/emqx', body)));
    await waitForOutcomes(cluster, bodies.length);
    const told = await deadLetters('replay', '--since', '1h');
    expect(told).toMatch(/^3 rejected again by the anonymizer: not_json\n/);
    for (const { eventId } of posted) expect(told).toContain(eventId);
    expect(
      await ask(
        cluster,
        'SELECT count() AS n, uniqExact(event_id) AS events, uniqExact(replay_of) AS replays FROM outcomes',
      ),
    ).toEqual([{ n: 6, events: 6, replays: 3 }]);
    expect(await ask(cluster, 'SELECT sum(missing) AS missing, sum(doubled) AS doubled FROM lineage')).toEqual([
      { missing: 0, doubled: 0 },
    ]);
  }, 120_000);
});
