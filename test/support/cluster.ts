import { TOPICS } from '../../schemas/topics/topics.ts';
import { type ClickHouseServer, startClickHouse } from './clickhouse.ts';
import { eventually } from './eventually.ts';
import { describeWithKafka, type KafkaBroker, startKafka } from './kafka.ts';
import { freePorts } from './ports.ts';
import { type RunningProgram, runProgram, runToItsEnd } from './program.ts';
import { describeWithRedis, RedisServer } from './redis.ts';
import { describeWithRegistry, type Registry, startRegistry } from './registry.ts';
import type { DescribeWhenAvailable } from './requirements.ts';

/** The services that a report goes through, in that order. */
export const SERVICES = ['edge', 'anonymizer', 'enricher', 'sink'] as const;

/** Name of a service. */
export type ServiceName = (typeof SERVICES)[number];

/** A service in a process of its own. */
export interface RunningService extends RunningProgram {
  readonly name: ServiceName;
  readonly adminUrl: string;
}

/** The real parts that services need, and the services that run on them. */
export interface Cluster {
  readonly kafka: KafkaBroker;
  readonly edgeUrl: string;
  readonly clickHouseUrl: string;
  /** Runs an instance of a service; resolves at once. */
  spawn(name: ServiceName): Promise<RunningService>;
  /** Runs an instance of a service; resolves when it is ready. */
  start(name: ServiceName): Promise<RunningService>;
  /** Ends all services and removes all parts and what they hold. */
  close(): Promise<void>;
}

/** Suites that need Kafka, a registry and Redis. */
export const describeWithCluster: DescribeWhenAvailable = (title, suite) =>
  describeWithKafka(`${title}: on Kafka`, () =>
    describeWithRegistry('a schema registry', () => describeWithRedis('and Redis', suite)),
  );

/** Longest start of a service: half a second on an idle machine, some on a busy one. */
const START_TIMEOUT_MS = 60_000;

/** Longest time that a killed service's reports take: its partitions wait for the end of its session, 15 s. */
const SETTLE_TIMEOUT_MS = 60_000;

/** What `/readyz` says; undefined when nobody answers. */
export const readinessOf = async ({ adminUrl }: RunningService): Promise<unknown> => {
  const response = await fetch(`${adminUrl}/readyz`).catch(() => undefined);
  return response?.json();
};

/** Waits until a service can do its work. */
export const untilReady = async (service: RunningService): Promise<void> => {
  let ended: number | string | undefined;
  void service.ended.then((how) => {
    ended = how;
  });
  await eventually(`the start of the ${service.name}`, START_TIMEOUT_MS, async () => {
    if (ended !== undefined) throw new Error(`the ${service.name} ended with ${ended}: ${service.output()}`);
    const response = await fetch(`${service.adminUrl}/readyz`).catch(() => undefined);
    return response?.ok || undefined;
  });
};

/** The values of one metric of a service. */
export const metricOf = async ({ adminUrl }: RunningService, name: string): Promise<readonly number[]> => {
  const metrics = await (await fetch(`${adminUrl}/metrics`)).text();
  return [...metrics.matchAll(new RegExp(`^${name}(?:\\{.*\\})? (\\d+)$`, 'gm'))].map(([, value]) => Number(value));
};

/** Waits until all that was in the log has come out of it: one instance of each service is asked, in the order of the flow. */
export const untilSettled = async (services: readonly RunningService[]): Promise<void> => {
  for (const { consumer } of Object.values(TOPICS)) {
    const service = services.find(({ name }) => name === consumer);
    if (service === undefined) throw new Error(`no ${consumer} is running`);
    await eventually(`the ${consumer} to have read everything`, SETTLE_TIMEOUT_MS, async () => {
      const [lag] = await metricOf(service, 'candor_consumer_lag_records');
      return lag === 0 || undefined;
    });
  }
};

interface Parts {
  readonly kafka: KafkaBroker;
  readonly registry: Registry;
  readonly redis: RedisServer;
  readonly clickHouse: ClickHouseServer;
}

/** Starts all parts at once; `closing` learns how to close each, also when another one does not start. */
const startParts = async (closing: AsyncDisposableStack): Promise<Parts> => {
  const started = Promise.all([startKafka(), startRegistry(), RedisServer.start(), startClickHouse()]);
  return started.then(([kafka, registry, redis, clickHouse]) => ({ kafka, registry, redis, clickHouse }));
};
