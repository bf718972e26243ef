import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Cluster, describeWithCluster, type Services, startCluster } from '../support/cluster.ts';
import { eventually } from '../support/eventually.ts';
import { ask, post, waitForOutcomes } from '../support/pipeline.ts';
import { runCommand } from '../support/run-command.ts';

const report = (id: string, sequence: number): string =>
  JSON.stringify({ id, version: '10.7.0.96327', messageSequenceNumber: sequence });

describeWithCluster('npm run forget', () => {
  let cluster: Cluster;
  let services: Services;

  beforeAll(async () => {
    cluster = await startCluster();
    services = await cluster.startAll();
  }, 180_000);

  afterAll(() => cluster?.close());

  const forget = (token: string): Promise<string> =>
    runCommand('services/standalone/forget.ts', ['--product', 'sonarqube', '--id', 'forgotten'], {
      EDGE_URL: cluster.edgeUrl,
      EDGE_OPERATOR_TOKEN: token,
    });

  test('has an installation erased in a cluster, for good, also when Redis loses everything', async () => {
    for (let sequence = 0; sequence < 100; sequence += 1) {
      await post(cluster, '/sonarqube', report(sequence % 2 === 0 ? 'forgotten' : 'kept', sequence));
    }
    expect(await forget('a token that is not theirs')).toContain('This is not the token of the operator');
    expect(await forget(cluster.environments.edge.EDGE_OPERATOR_TOKEN ?? '')).toMatch(/^Accepted/);
    const [erased] = await eventually('the end of the erasure', 90_000, async () => {
      const steps = await ask(cluster, "SELECT rows FROM erasures WHERE step = 'counted'");
      const [open] = await ask(cluster, 'SELECT count() AS requests FROM erasure_requests');
      return steps.length > 0 && open?.requests === 0 ? steps : undefined;
    });
    const installations = 'SELECT installation_id AS id, count() AS reports FROM sonarqube_reports GROUP BY id';
    expect(await ask(cluster, installations)).toEqual([{ id: 'kept', reports: 50 }]);
    const [{ dropped } = {}] = await ask(cluster, "SELECT countIf(outcome = 'drop') AS dropped FROM outcomes");
    const { sonarqube_reports: found = 0 } = { ...(erased?.rows as Record<string, number> | undefined) };
    expect(found + Number(dropped)).toBe(50);

    const redis = new Redis(cluster.redis.url.reveal());
    const entries = () => redis.keys('candor:suppressed/*');
    const before = await entries();
    expect(before).toHaveLength(1);
    await redis.flushall();
    await services.sink.end('SIGKILL');
    services.sink = await cluster.start('sink');
    await eventually('the list in Redis', 90_000, async () => ((await entries()).length > 0 ? true : undefined));
    expect(await entries()).toEqual(before);
    redis.disconnect();

    await post(cluster, '/sonarqube', report('forgotten', 1_000));
    await waitForOutcomes(cluster, 102, 60_000);
    expect(await ask(cluster, installations)).toEqual([{ id: 'kept', reports: 50 }]);
    expect(await ask(cluster, 'SELECT sum(missing) AS missing, sum(doubled) AS doubled FROM lineage')).toEqual([
      { missing: 0, doubled: 0 },
    ]);
  }, 300_000);
});
