import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { loadCatalog } from '../../schemas/pack/catalog.ts';
import { type Cluster, describeWithCluster, type Services, startCluster } from '../support/cluster.ts';
import { eventually } from '../support/eventually.ts';
import { validExamples } from '../support/examples.ts';
import { expectedRows, postExample, readRows, storedRows } from '../support/golden.ts';
import { waitForOutcomes } from '../support/pipeline.ts';
import { expectExactlyOnce, type Reporting, startReporting } from '../support/reporting.ts';
import {
  askHealth,
  metricOf,
  SERVICES,
  type ServiceProcess,
  untilReady,
  untilSettled,
} from '../support/service-process.ts';

const TIMEOUT_MS = 90_000;

/** The services that read from the log and share its partitions with others of their kind. */
const READERS = ['anonymizer', 'enricher', 'sink'] as const;

/** Metrics that count what a service has done. */
const WORK = '(?:candor_outcomes_total|candor_sink_rows_total)';

const workOf = async (service: ServiceProcess): Promise<number> =>
  (await metricOf(service, WORK)).reduce((sum, value) => sum + value, 0);

/** Waits until a service does more than it has done. */
const untilWorking = async (service: ServiceProcess): Promise<void> => {
  const before = await workOf(service);
  await eventually(`the ${service.name} to work`, 30_000, async () => (await workOf(service)) > before || undefined);
};

describeWithCluster('the services as processes of their own', () => {
  let cluster: Cluster;
  let services: Services;

  beforeAll(async () => {
    cluster = await startCluster();
    services = await cluster.startAll();
  }, 240_000);

  afterAll(() => cluster?.close(), 60_000);

  const report = (installation: string): Reporting => {
    const reporting = startReporting(cluster, installation);
    onTestFinished(async () => {
      await reporting.stop();
    });
    return reporting;
  };

  const stopAll = (): Promise<(number | string)[]> =>
    Promise.all(Object.values(services).map((service) => service.end('SIGTERM')));

  test(
    'bring every valid example from HTTP to SQL, value by value',
    async () => {
      const [catalog, examples] = await Promise.all([loadCatalog(), validExamples()]);
      // Shown, and not stored: the outcomes below are those of the reports alone.
      const url = `${cluster.edgeUrl}/api/telemetry`;
      const body = '{"uuid":"U1","emqx_version":"5.8.9"}';
      const shown = await fetch(url, { method: 'POST', headers: { 'candor-echo': 'rows' }, body });
      expect(await shown.json()).toMatchObject({ outcome: 'stored', kind: 'emqx.report' });
      const eventIds = new Map<string, string>();
      for (const example of examples) {
        const { status, eventId } = await postExample(cluster, catalog, example);
        expect(status, `${example.product}/${example.name}`).toBe(200);
        eventIds.set(`${example.product}/${example.name}`, eventId);
      }
      await waitForOutcomes(cluster, examples.length);
      const rows = await readRows(cluster, catalog);
      for (const example of examples) {
        const name = `${example.product}/${example.name}`;
        expect(storedRows(rows, eventIds.get(name)), name).toEqual(expectedRows(example));
        const receipt = await fetch(`${cluster.edgeUrl}/v1/receipts/${eventIds.get(name)}`);
        expect(await receipt.json(), name).toMatchObject({ status: 'stored' });
      }
    },
    TIMEOUT_MS,
  );

  test(
    'tell from Kafka where a report is that is not stored yet',
    async () => {
      await services.anonymizer.end('SIGTERM');
      const body = '{"system_id":"waiting","dt_version":"4.13.0","db_type":"H2","db_version":"2.2"}';
      const answer = await fetch(`${cluster.edgeUrl}/v1/reports/dependency-track`, { method: 'POST', body });
      const url = `${cluster.edgeUrl}/v1/receipts/${answer.headers.get('candor-receipt')}`;
      const statusOf = async () => ((await (await fetch(url)).json()) as { status: string }).status;
      expect(await statusOf()).toBe('queued');
      services.anonymizer = await cluster.start('anonymizer');
      await eventually('the report to be stored', 30_000, async () => (await statusOf()) === 'stored' || undefined);
    },
    TIMEOUT_MS,
  );

  test(
    'store every acknowledged report exactly once when each of them is killed in the middle',
    async () => {
      const reporting = report('killed');
      await reporting.acknowledged(50);
      // Against the flow: whoever is killed next still has work then. The partitions of the killed wait together.
      for (const name of SERVICES.toReversed()) {
        await services[name].end('SIGKILL');
        await reporting.acknowledged(name === 'edge' ? 0 : 50);
        services[name] = await cluster.start(name);
        await reporting.acknowledged(50);
      }
      const acknowledged = await reporting.stop();
      await untilSettled(services);
      await expectExactlyOnce(cluster, 'killed', acknowledged);
    },
    TIMEOUT_MS,
  );

  test(
    'share the work with a second one of each, and store everything exactly once when the first ones are stopped',
    async () => {
      const reporting = report('shared');
      const first = { ...services };
      await Promise.all(
        READERS.map(async (name) => {
          services[name] = await cluster.start(name);
        }),
      );
      for (const name of READERS) {
        await untilWorking(first[name]);
        await untilWorking(services[name]);
      }
      await reporting.acknowledged(100);
      expect(await Promise.all(READERS.map((name) => first[name].end('SIGTERM')))).toEqual([0, 0, 0]);
      await reporting.acknowledged(100);
      const acknowledged = await reporting.stop();
      await untilSettled(services);
      await expectExactlyOnce(cluster, 'shared', acknowledged);
    },
    TIMEOUT_MS,
  );

  test(
    'go on where they were when all are stopped and started again',
    async () => {
      const reporting = report('restarted');
      await reporting.acknowledged(100);
      expect(await stopAll()).toEqual([0, 0, 0, 0]);
      services = await cluster.startAll();
      await reporting.acknowledged(100);
      const acknowledged = await reporting.stop();
      await untilSettled(services);
      await expectExactlyOnce(cluster, 'restarted', acknowledged);
    },
    TIMEOUT_MS,
  );

  test(
    'wait for a Kafka that is not there yet, say so in one line, and work when it is',
    async () => {
      await stopAll();
      await cluster.kafka.stop();
      const waiting = await Promise.all(SERVICES.map((name) => cluster.spawn(name)));
      for (const service of waiting) {
        await eventually(`a line of the ${service.name}`, 30_000, () => service.output().includes('\n') || undefined);
        expect(await askHealth(service, 'healthz')).toMatchObject({ status: 200 });
        // The edge knows the id of its schema from the last time, and has a spool.
        if (service.name === 'edge') await untilReady(service);
        else {
          expect(await askHealth(service, 'readyz')).toEqual({
            status: 503,
            body: { status: 'not ready', reasons: ['starting'] },
          });
        }
      }
      await cluster.kafka.start();
      for (const service of waiting) {
        await untilReady(service);
        services[service.name] = service;
        const [line = ''] = service.output().split('\n');
        expect(JSON.parse(line)).toMatchObject({
          msg: 'trying again until it works',
          error: expect.stringContaining(`Kafka at ${cluster.kafka.address} can't be reached`),
        });
        expect(service.output().split("can't be reached")).toHaveLength(2);
      }
      const reporting = report('early');
      await reporting.acknowledged(20);
      const acknowledged = await reporting.stop();
      await untilSettled(services);
      await expectExactlyOnce(cluster, 'early', acknowledged);
    },
    TIMEOUT_MS,
  );
});
