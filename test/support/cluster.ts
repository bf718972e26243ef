import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { USERS } from '../../infra/clickhouse/embedded/configuration.ts';
import { type ClickHouseServer, startClickHouse } from './clickhouse.ts';
import { describeWithKafka, type KafkaBroker, startKafka } from './kafka.ts';
import { freePorts } from './ports.ts';
import { runToItsEnd } from './program.ts';
import { describeWithRedis, RedisServer } from './redis.ts';
import { describeWithRegistry, type Registry, startRegistry } from './registry.ts';
import type { DescribeWhenAvailable } from './requirements.ts';
import { SERVICES, type ServiceName, type ServiceProcess, spawnService, untilReady } from './service-process.ts';

/** One running instance of each service. */
export type Services = Record<ServiceName, ServiceProcess>;

type Environment = Readonly<Record<string, string>>;

/** Variables by service. */
export type Environments = Readonly<Record<ServiceName, Environment>>;

/** What may differ from an ordinary cluster. */
export interface ClusterOptions {
  /** Variables of every service. */
  readonly env?: Environment;
  /** See {@link startClickHouse}. */
  readonly clickHouse?: string;
}

/** Real parts, made ready by the commands of a deployment, and the services that run on them. */
export interface Cluster {
  readonly kafka: KafkaBroker;
  readonly registry: Registry;
  readonly redis: RedisServer;
  readonly clickHouse: ClickHouseServer;
  /** Folder of the edge's spool. */
  readonly spool: string;
  readonly edgeUrl: string;
  readonly clickHouseUrl: string;
  /** The variables that each service is run with. */
  readonly environments: Environments;
  /** Runs an instance of a service; resolves at once. */
  spawn(name: ServiceName, env?: Environment): Promise<ServiceProcess>;
  /** Runs an instance of a service; resolves when it is ready. */
  start(name: ServiceName, env?: Environment): Promise<ServiceProcess>;
  /** Runs one instance of each; resolves when all are ready. */
  startAll(): Promise<Services>;
  /** Ends all services and removes all parts, with what they hold. */
  close(): Promise<void>;
}

/** Suites that need a cluster. */
export const describeWithCluster: DescribeWhenAvailable = (title, suite) =>
  describeWithKafka(`${title} on Kafka`, () =>
    describeWithRegistry('a schema registry', () => describeWithRedis('and Redis', suite)),
  );

/** Starts everything at once and has what was started closed with the stack, also when another part does not start. */
const startParts = async (stack: AsyncDisposableStack, { clickHouse: configuration }: ClusterOptions) => {
  const closing = async <T>(starting: Promise<T>, close: (part: T) => Promise<void>): Promise<T> =>
    stack.adopt(await starting, close);
  const parts = [
    closing(startKafka(), (kafka) => kafka.close()),
    closing(startRegistry(), (registry) => registry.close()),
    closing(RedisServer.start(), (redis) => redis.close()),
    closing(startClickHouse(configuration), (clickHouse) => clickHouse.close()),
  ] as const;
  await Promise.allSettled(parts);
  return Promise.all(parts);
};

/** Starts the parts and runs the commands of a deployment; the services are up to the test. */
export const startCluster = async (options: ClusterOptions = {}): Promise<Cluster> => {
  const stack = new AsyncDisposableStack();
  try {
    const [kafka, registry, redis, clickHouse] = await startParts(stack, options);
    const [edgePort] = await freePorts(1);
    const spool = await mkdtemp(join(tmpdir(), 'candor-spool-'));
    stack.defer(() => rm(spool, { recursive: true, force: true }));
    const { admin, sink } = clickHouse;
    const log = { KAFKA_BROKERS: kafka.address, SCHEMA_REGISTRY_URL: registry.url, LOG_LEVEL: 'warn', ...options.env };
    const state = { REDIS_URL: redis.url.reveal() };
    const accessOf = ({ url, username, password }: typeof admin) => ({
      CLICKHOUSE_URL: url,
      CLICKHOUSE_USER: username,
      CLICKHOUSE_PASSWORD: password,
    });
    const analyst = { url: admin.url, username: USERS.analyst, password: '' };
    const environments: Environments = {
      edge: {
        ...log,
        ...state,
        ...accessOf(analyst),
        EDGE_OPERATOR_TOKEN: 'the token of a test',
        EDGE_PORT: `${edgePort}`,
        EDGE_SPOOL_DIR: spool,
      },
      anonymizer: { ...log, ...state, ANONYMIZER_SUPPRESSION_SALT: 'the salt of a test' },
      enricher: log,
      sink: { ...log, ...state, ...accessOf(sink) },
    };
    await Promise.all([
      runToItsEnd('infra/kafka/create-topics.ts', log),
      runToItsEnd('infra/registry/register-schemas.ts', log),
      runToItsEnd('infra/clickhouse/migrate-command.ts', accessOf(admin)),
    ]);

    const spawn = async (name: ServiceName, env: Environment = {}): Promise<ServiceProcess> => {
      const service = await spawnService(name, { ...environments[name], ...env });
      stack.defer(async () => {
        await service.end('SIGKILL');
      });
      return service;
    };
    const start = async (name: ServiceName, env: Environment = {}): Promise<ServiceProcess> => {
      const service = await spawn(name, env);
      await untilReady(service);
      return service;
    };
    const startAll = async (): Promise<Services> => {
      const started = SERVICES.map(async (name) => [name, await start(name)] as const);
      return Object.fromEntries(await Promise.all(started)) as Services;
    };
    const edgeUrl = `http://127.0.0.1:${edgePort}`;
    return {
      kafka,
      registry,
      redis,
      clickHouse,
      spool,
      edgeUrl,
      clickHouseUrl: admin.url,
      environments,
      spawn,
      start,
      startAll,
      close: () => stack.disposeAsync(),
    };
  } catch (error) {
    await stack.disposeAsync();
    throw error;
  }
};
