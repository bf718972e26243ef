import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import type { Admin } from 'kafkajs';
import { TOPICS } from '../../../schemas/topics/topics.ts';
import { createKafkaClient } from '../../../services/runtime/log/kafka/connection.ts';
import { createLogger } from '../../../services/runtime/logger.ts';
import { startCluster } from '../../support/cluster.ts';
import { type FaultyProxy, startFaultyProxy } from '../../support/faulty-proxy.ts';
import { kafkaConfig } from '../../support/kafka-log.ts';
import { freePorts } from '../../support/ports.ts';
import { runProgram, runToItsEnd } from '../../support/program.ts';
import {
  metricOf,
  SERVICES,
  type ServiceName,
  type ServiceProcess,
  spawnService,
  untilReady,
} from '../../support/service-process.ts';
import { canMount, mountSmallDisk, type SmallDisk } from '../../support/small-disk.ts';
import { clickHouseChild } from '../clickhouse-child.ts';
import type { Part, Program } from '../fault.ts';
import { REFUSE_LINES } from '../report.ts';
import type { Site } from '../site.ts';
import { SupervisedProgram } from '../supervised.ts';

/** The four services as processes of their own, on Kafka, Redis, a registry and ClickHouse. */
export interface KafkaSite extends Site {
  readonly parts: Readonly<
    Record<'the edge' | 'the anonymizer' | 'the enricher' | 'the sink', Program> &
      Record<'Kafka' | 'Redis' | 'the registry' | 'ClickHouse', Part>
  >;
  /** Between the sink and ClickHouse. */
  readonly clickHouseProxy: FaultyProxy;
  /** A second sink that owns the same partitions; not running at first. */
  readonly twinSink: Part;
  /** Where the edge's spool is; undefined where this process may not mount one. */
  readonly spoolDisk: SmallDisk | undefined;
  /** Runs with a client of Kafka's. */
  asAdmin<T>(work: (admin: Admin) => Promise<T>): Promise<T>;
  /** Deletes the topic of raw events and makes it anew. */
  makeRawTopicAnew(): Promise<void>;
}

/** What the spool may hold: a day's outage at the scale of the faults, several times over on a machine that is slow. */
const SPOOL_BYTES = 32 * 1024 * 1024;

/** The spool's disk: it is full before the spool is when somebody else fills it, and only then. */
const DISK_BYTES = 2 * SPOOL_BYTES;

const signalled = (pid: () => number): Pick<Part, 'freeze' | 'thaw'> => ({
  freeze: () => void process.kill(pid(), 'SIGSTOP'),
  thaw: () => void process.kill(pid(), 'SIGCONT'),
});

/** Starts everything; resolves when it takes reports. */
export const startKafkaSite = async (): Promise<KafkaSite> => {
  await using stack = new AsyncDisposableStack();
  const cluster = stack.adopt(await startCluster(), ({ close }) => close());
  const { kafka, redis, registry, clickHouse, clickHouseUrl } = cluster;
  await clickHouse.command(REFUSE_LINES);
  const clickHouseProxy = stack.adopt(await startFaultyProxy(new URL(clickHouseUrl).host), ({ close }) => close());
  const spoolFolder = await mkdtemp(join(tmpdir(), 'candor-spool-'));
  stack.defer(() => rm(spoolFolder, { recursive: true, force: true }));
  const spoolDisk = canMount()
    ? stack.adopt(await mountSmallDisk(spoolFolder, DISK_BYTES), ({ close }) => close())
    : undefined;
  const environmentOf = (name: ServiceName): Readonly<Record<string, string>> => ({
    ...cluster.environments[name],
    ...(name === 'edge' && { EDGE_SPOOL_DIR: spoolFolder, EDGE_SPOOL_MAX_BYTES: `${SPOOL_BYTES}` }),
    ...(name === 'sink' && { CLICKHOUSE_URL: `http://${clickHouseProxy.address}` }),
  });

  const ends: string[] = [];
  const onUnaskedEnd = (name: string) => (how: string) => void ends.push(`${name}: ${how}`);

  const supervise = async (name: ServiceName) => {
    const program = new SupervisedProgram(() => spawnService(name, environmentOf(name)), onUnaskedEnd(name));
    stack.defer(() => program.kill());
    await program.start();
    if (program.running) await untilReady(program.running);
    return program;
  };
  const started = await Promise.all(SERVICES.map(async (name) => [name, await supervise(name)] as const));
  const services = Object.fromEntries(started) as Record<ServiceName, (typeof started)[number][1]>;

  const twin = new SupervisedProgram(async (): Promise<ServiceProcess> => {
    const [port] = await freePorts(1);
    const program = runProgram('test/fault/kafka/twin-sink.ts', { ...environmentOf('sink'), ADMIN_PORT: `${port}` });
    return { ...program, name: 'sink', adminUrl: `http://127.0.0.1:${port}` };
  }, onUnaskedEnd('second sink'));
  stack.defer(() => twin.kill());

  /** The value of a metric without labels, or with one set of them; not a number while the service is away. */
  const metricValue = async (service: ServiceName, metric: string): Promise<number> => {
    const { running } = services[service];
    const [value] = running ? await metricOf(running, metric) : [];
    return value ?? Number.NaN;
  };

  const asAdmin: KafkaSite['asAdmin'] = async (work) => {
    const admin = createKafkaClient(kafkaConfig(kafka.address), 'faults', createLogger('silent')).admin();
    await admin.connect();
    return work(admin).finally(() => admin.disconnect());
  };

  const owned = stack.move();
  return {
    edgeUrl: cluster.edgeUrl,
    clickHouseUrl,
    refusesLines: true,
    parts: {
      'the edge': services.edge,
      'the anonymizer': services.anonymizer,
      'the enricher': services.enricher,
      'the sink': services.sink,
      Kafka: { kill: () => kafka.stop('SIGKILL'), start: () => kafka.start(), ...signalled(() => kafka.pid) },
      Redis: {
        kill: () => redis.stop('SIGKILL'),
        start: () => redis.run(),
        freeze: () => redis.freeze(),
        thaw: () => redis.thaw(),
      },
      'the registry': {
        kill: () => registry.stop('SIGKILL'),
        start: () => registry.start(),
        ...signalled(() => registry.pid),
      },
      ClickHouse: clickHouseChild(() => process.pid, clickHouseUrl),
    },
    clickHouseProxy,
    spoolDisk,
    twinSink: twin,
    asAdmin,
    makeRawTopicAnew: async () => {
      await asAdmin((admin) => admin.deleteTopics({ topics: [TOPICS.raw.name] }));
      await runToItsEnd('infra/kafka/create-topics.ts', { KAFKA_BROKERS: kafka.address });
    },
    isSettled: async () => {
      try {
        // In the order of the flow, so that nothing is on its way unseen.
        if ((await metricValue('edge', 'candor_edge_spool_records')) !== 0) return false;
        for (const { consumer } of Object.values(TOPICS)) {
          if ((await metricValue(consumer, 'candor_consumer_lag_records')) !== 0) return false;
        }
        return true;
      } catch {
        return false;
      }
    },
    unaskedEnds: () => ends,
    logs: () => ({
      ...Object.fromEntries(started.map(([name, program]) => [name, program.output()])),
      'twin-sink': twin.output(),
    }),
    close: () => owned.disposeAsync(),
  };
};
