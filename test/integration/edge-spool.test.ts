import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { ConfluentSchemaIds } from '../../services/runtime/registry/confluent.ts';
import { eventually } from '../support/eventually.ts';
import { type FaultyProxy, startFaultyProxy } from '../support/faulty-proxy.ts';
import { describeWithKafka, type KafkaBroker, startKafka } from '../support/kafka.ts';
import { post } from '../support/pipeline.ts';
import { freePorts } from '../support/ports.ts';
import { runToItsEnd } from '../support/program.ts';
import { readRawTopic } from '../support/raw-topic.ts';
import { describeWithRegistry, type Registry, startRegistry } from '../support/registry.ts';
import { askHealth, metricOf, type ServiceProcess, spawnService, untilReady } from '../support/service-process.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const TIMEOUT_MS = 180_000;

/** Nobody listens there. */
const NOWHERE = '127.0.0.1:1';

/** A report of about 3 KB. */
const REPORT = JSON.stringify({ uuid: 'spooled', padding: 'x'.repeat(2_900) });

/** An edge with a spool of its own, of which one process at a time runs. */
interface SpoolingEdge {
  readonly url: string;
  /** Starts a process; resolves when it is ready. */
  start(env?: Readonly<Record<string, string>>): Promise<ServiceProcess>;
  /** Posts reports, one after the other; resolves with the ids of those that were acknowledged. */
  post(count: number): Promise<readonly string[]>;
}

describeWithKafka('an edge', () =>
  describeWithRegistry('with a schema registry', () => {
    let kafka: KafkaBroker;
    let registry: Registry;
    let ids: ConfluentSchemaIds;
    let parts: Readonly<Record<string, string>>;

    beforeAll(async () => {
      [kafka, registry] = await Promise.all([startKafka(), startRegistry()]);
      parts = { KAFKA_BROKERS: kafka.address, SCHEMA_REGISTRY_URL: registry.url, LOG_LEVEL: 'warn' };
      await Promise.all([
        runToItsEnd('infra/kafka/create-topics.ts', parts),
        runToItsEnd('infra/registry/register-schemas.ts', parts),
      ]);
      ids = new ConfluentSchemaIds({
        SCHEMA_REGISTRY_URL: registry.url,
        SCHEMA_REGISTRY_USERNAME: undefined,
        SCHEMA_REGISTRY_PASSWORD: undefined,
      });
    }, TIMEOUT_MS);
    afterAll(async () => {
      await ids?.close();
      await Promise.all([kafka?.close(), registry?.close()]);
    });

    const makeEdge = async (own: Readonly<Record<string, string>> = {}): Promise<SpoolingEdge> => {
      const [port] = await freePorts(1);
      // Without Redis there is no key to seal addresses with, and reports go on without.
      const common = { ...parts, REDIS_URL: `redis://${NOWHERE}`, EDGE_PORT: `${port}`, ...own };
      const spool = { EDGE_SPOOL_DIR: await temporaryFolder() };
      const url = `http://127.0.0.1:${port}`;
      return {
        url,
        start: async (env = {}) => {
          const edge = await spawnService('edge', { ...common, ...spool, ...env });
          onTestFinished(async () => {
            await edge.end('SIGKILL');
          });
          await untilReady(edge);
          return edge;
        },
        post: async (count) => {
          const acknowledged: string[] = [];
          for (let sent = 0; sent < count; sent++) {
            const { status, eventId } = await post({ edgeUrl: url }, '/v1/reports/emqx', REPORT);
            if (status === 200) acknowledged.push(eventId);
          }
          return acknowledged;
        },
      };
    };

    const untilDrained = (edge: ServiceProcess): Promise<true> =>
      eventually('the spool to be empty', 60_000, async () => {
        const [records] = await metricOf(edge, 'candor_edge_spool_records');
        return records === 0 || undefined;
      });

    /** Of the events in `acknowledged`: those that the raw topic has, in the order of each partition. */
    const readAcknowledged = async (
      acknowledged: readonly string[],
      address = kafka.address,
    ): Promise<readonly (readonly string[])[]> => {
      const wanted = new Set(acknowledged);
      const partitions = await readRawTopic(address, ids);
      return partitions.map((events) => events.map(({ event_id }) => event_id).filter((id) => wanted.has(id)));
    };

    test(
      'takes reports while Kafka is killed, is restarted, killed and without a registry; each comes to the raw topic once, in order',
      async () => {
        const edge = await makeEdge();
        const first = await edge.start();
        const direct = await edge.post(20);
        await kafka.stop('SIGKILL');
        const spooled = [...(await edge.post(60))];
        expect(await metricOf(first, 'candor_edge_spool_records')).toEqual([60]);
        expect(await metricOf(first, 'candor_edge_accepted_events_total')).toEqual([80]);
        expect(await askHealth(first, 'readyz')).toMatchObject({
          status: 200,
          body: { status: 'ready', notes: [expect.stringContaining('60 reports are spooled')] },
        });
        expect(await first.end('SIGTERM')).toBe(0);

        const second = await edge.start({ SCHEMA_REGISTRY_URL: `http://${NOWHERE}` });
        spooled.push(...(await edge.post(60)));
        await second.end('SIGKILL');

        const third = await edge.start();
        spooled.push(...(await edge.post(60)));
        expect(await metricOf(third, 'candor_edge_spool_records')).toEqual([180]);
        await kafka.start();
        await untilDrained(third);
        const after = await edge.post(20);
        expect(await third.end('SIGTERM')).toBe(0);

        const acknowledged = [...direct, ...spooled, ...after];
        expect(acknowledged).toHaveLength(220);
        const partitions = await readAcknowledged(acknowledged);
        expect(partitions.flat().toSorted()).toEqual(acknowledged.toSorted());
        for (const found of partitions) {
          const here = new Set(found);
          const isSpooled = new Set(spooled);
          expect(found.filter((id) => isSpooled.has(id))).toEqual(spooled.filter((id) => here.has(id)));
        }
      },
      TIMEOUT_MS,
    );

    test(
      'takes reports while a broker is frozen, and does not repeat those that it acknowledges when it thaws',
      async () => {
        // On a busy machine it may be frozen for long: no append is to be given up meanwhile.
        const edge = await makeEdge({ KAFKA_REQUEST_TIMEOUT_MS: '60000', KAFKA_DELIVERY_TIMEOUT_MS: '60000' });
        const running = await edge.start();
        const acknowledged = [...(await edge.post(20))];
        process.kill(kafka.pid, 'SIGSTOP');
        onTestFinished(() => {
          process.kill(kafka.pid, 'SIGCONT');
        });
        const posting = Array.from({ length: 20 }, () => edge.post(5));
        acknowledged.push(...(await Promise.all(posting)).flat());
        process.kill(kafka.pid, 'SIGCONT');
        await untilDrained(running);
        expect(await running.end('SIGTERM')).toBe(0);
        expect(acknowledged).toHaveLength(120);
        expect((await readAcknowledged(acknowledged)).flat().toSorted()).toEqual(acknowledged.toSorted());
      },
      TIMEOUT_MS,
    );

    test(
      'repeats a report whose acknowledgement was lost with the edge, with the same id in the same partition',
      async () => {
        let proxy: FaultyProxy | undefined;
        const behindProxy = await startKafka({
          advertise: async (address) => {
            proxy = await startFaultyProxy(address);
            return proxy.address;
          },
        });
        onTestFinished(async () => {
          await behindProxy.close();
          await proxy?.close();
        });
        await runToItsEnd('infra/kafka/create-topics.ts', { ...parts, KAFKA_BROKERS: behindProxy.address });
        const edge = await makeEdge({ KAFKA_BROKERS: behindProxy.address });
        const killed = await edge.start();
        // The first reports make the producer known to the broker.
        const acknowledged = [...(await edge.post(8))];
        proxy?.fail('answers lost');
        const [unknown = ''] = await edge.post(1);
        await killed.end('SIGKILL');
        proxy?.fail('none');
        const restarted = await edge.start();
        await untilDrained(restarted);
        const partitions = await readAcknowledged([...acknowledged, unknown], behindProxy.address);
        expect(partitions.flat().filter((id) => id !== unknown)).toHaveLength(8);
        expect(partitions.map((found) => found.filter((id) => id === unknown).length).toSorted()).toEqual([
          ...[0, 0, 0, 0, 0, 0, 0],
          2,
        ]);
      },
      TIMEOUT_MS,
    );

    test(
      'acknowledges nothing more when the spool is full, and says that it is not ready; what it has acknowledged is kept',
      async () => {
        const edge = await makeEdge({ EDGE_SPOOL_MAX_BYTES: '200000' });
        const running = await edge.start();
        await kafka.stop('SIGKILL');
        const acknowledged = await edge.post(100);
        expect(acknowledged.length).toBeGreaterThan(50);
        expect(acknowledged.length).toBeLessThan(70);
        expect(await askHealth(running, 'readyz')).toMatchObject({
          status: 503,
          body: { reasons: ['the spool is full'] },
        });
        await kafka.start();
        await untilDrained(running);
        expect(await edge.post(1)).toHaveLength(1);
        expect((await readAcknowledged(acknowledged)).flat().toSorted()).toEqual(acknowledged.toSorted());
      },
      TIMEOUT_MS,
    );

    test(
      'loses no report of a day without Kafka that fits its spool: a thousandth of the day, and of the default spool',
      async () => {
        const reports = 30 * 86;
        const edge = await makeEdge({ EDGE_SPOOL_MAX_BYTES: String(Math.floor((10 * 1024 ** 3) / 1_000)) });
        const running = await edge.start();
        await kafka.stop('SIGKILL');
        const clients = Array.from({ length: 10 }, () => edge.post(reports / 10));
        const acknowledged = (await Promise.all(clients)).flat();
        expect(acknowledged).toHaveLength(reports);
        await kafka.start();
        await untilDrained(running);
        expect(await running.end('SIGTERM')).toBe(0);
        expect((await readAcknowledged(acknowledged)).flat().toSorted()).toEqual(acknowledged.toSorted());
      },
      TIMEOUT_MS,
    );

    test.each(['edge', 'anonymizer', 'enricher', 'sink'] as const)(
      'the %s ends by itself when it is told to while it waits for Kafka and registry at its start',
      async (name) => {
        const service = await spawnService(name, {
          KAFKA_BROKERS: NOWHERE,
          SCHEMA_REGISTRY_URL: `http://${NOWHERE}`,
          LOG_LEVEL: 'warn',
          ...(name === 'edge' && { EDGE_PORT: '0', EDGE_SPOOL_DIR: await temporaryFolder() }),
          ...(name !== 'enricher' && { REDIS_URL: `redis://${NOWHERE}` }),
          ...(name === 'anonymizer' && { ANONYMIZER_SUPPRESSION_SALT: 'the salt of a test' }),
          ...(name === 'sink' && { CLICKHOUSE_URL: `http://${NOWHERE}` }),
        });
        await eventually('a line', 30_000, () => service.output().includes('trying again') || undefined);
        expect(await service.end('SIGTERM')).toBe(0);
      },
    );
  }),
);
