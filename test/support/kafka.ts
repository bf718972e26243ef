import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { eventually } from './eventually.ts';
import { fetchJars, jarsHome } from './maven.ts';
import { freePorts } from './ports.ts';
import { isInPath, requirement } from './requirements.ts';

const POM = fileURLToPath(new URL('kafka/pom.xml', import.meta.url));
const NAME = 'kafka-4.1.0';
const HOME = jarsHome(NAME);

/** Any id will do: each cluster has a folder of its own. */
const CLUSTER_ID = '5L6g3nShT-eMCtK--X86sw';

/** A broker lives for a minute: the first compiler tier and the serial collector are quicker. */
const JVM = ['-Xmx384m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-Djava.awt.headless=true'];

/** 4 s on an idle machine, 55 s were seen on a busy one, after a kill. */
const START_TIMEOUT_MS = 180_000;

/** Suites that need a real Kafka. */
export const describeWithKafka = requirement(
  'Kafka',
  isInPath('java') && (isInPath('mvn') || existsSync(HOME)),
  'install Java 17 or later and Maven (apt-get install openjdk-17-jre-headless maven)',
);

/** A broker of a test's own. */
export interface KafkaBroker {
  /** `host:port`, as in KAFKA_BROKERS. */
  readonly address: string;
  readonly pid: number;
  /** Where its data is. */
  readonly folder: string;
  /** Starts it again after a `stop`, with the same data and address. */
  start(): Promise<void>;
  stop(signal?: NodeJS.Signals): Promise<void>;
  /** Stops it and removes its data. */
  close(): Promise<void>;
}

/** A listener beside the ordinary one. */
export interface ExtraListener {
  readonly port: number;
  readonly protocol: 'SASL_SSL' | 'SASL_PLAINTEXT';
  /** Its lines of server.properties; its name is EXTRA. */
  readonly properties: readonly string[];
  /** Further arguments of the formatting, such as users. */
  readonly format: readonly string[];
}

/** What may differ from an ordinary broker. */
export interface BrokerOptions {
  /** What the broker tells clients to connect to; by default where it listens. */
  readonly advertise?: (address: string) => Promise<string> | string;
  /** A further listener, which asks for more than the ordinary one. */
  readonly listener?: ExtraListener;
}

const LOGGING = [
  'rootLogger.level=warn',
  'rootLogger.appenderRef.all.ref=all',
  'appender.all.type=Console',
  'appender.all.name=all',
];

interface Layout {
  readonly folder: string;
  readonly node: number;
  /** Ports of the controllers of all brokers, by their nodes from 1. */
  readonly controllers: readonly number[];
  readonly listener: number;
  readonly advertised: string;
  readonly extra: ExtraListener | undefined;
}

const serverProperties = ({ folder, node, controllers, listener, advertised, extra }: Layout): string[] => {
  const voters = controllers.map((port, index) => `${index + 1}@127.0.0.1:${port}`);
  const replicas = Math.min(controllers.length, 3);
  const extraAddress = extra ? `,EXTRA://127.0.0.1:${extra.port}` : '';
  return [
    'process.roles=broker,controller',
    `node.id=${node}`,
    `controller.quorum.voters=${voters.join(',')}`,
    `listeners=PLAINTEXT://127.0.0.1:${listener},CONTROLLER://127.0.0.1:${controllers[node - 1]}${extraAddress}`,
    `advertised.listeners=PLAINTEXT://${advertised}${extraAddress}`,
    'controller.listener.names=CONTROLLER',
    'inter.broker.listener.name=PLAINTEXT',
    `listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,EXTRA:${extra?.protocol ?? 'PLAINTEXT'}`,
    `log.dirs=${join(folder, 'logs')}`,
    `offsets.topic.replication.factor=${replicas}`,
    'offsets.topic.num.partitions=4',
    'group.initial.rebalance.delay.ms=0',
    // A broker that was killed may register again after its session.
    'broker.session.timeout.ms=2000',
    'broker.heartbeat.interval.ms=500',
    // Leaders go back to the first replica within a second, so that a test can move them.
    'leader.imbalance.check.interval.seconds=1',
    'leader.imbalance.per.broker.percentage=0',
    // What a topic does not keep any more is gone within a second.
    'log.retention.check.interval.ms=1000',
    ...(extra?.properties ?? []),
  ];
};

const isListening = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });

const startBroker = async (
  node: number,
  listener: number,
  controllers: readonly number[],
  options: BrokerOptions,
): Promise<KafkaBroker> => {
  const folder = await mkdtemp(join(tmpdir(), 'candor-kafka-'));
  const listening = `127.0.0.1:${listener}`;
  const advertised = (await options.advertise?.(listening)) ?? listening;
  const configuration = join(folder, 'server.properties');
  const extra = options.listener;
  await writeFile(
    configuration,
    serverProperties({ folder, node, controllers, listener, advertised, extra }).join('\n'),
  );
  await writeFile(join(folder, 'log4j2.properties'), LOGGING.join('\n'));
  const java = [...JVM, `-Dlog4j2.configurationFile=${join(folder, 'log4j2.properties')}`, '-cp', join(HOME, '*')];

  const format = ['kafka.tools.StorageTool', 'format', '-t', CLUSTER_ID, '-c', configuration, ...(extra?.format ?? [])];
  const formatted = spawnSync('java', [...java, ...format], { encoding: 'utf8' });
  if (formatted.status !== 0) throw new Error(`Kafka could not be set up: ${formatted.stderr}`);

  let broker: ChildProcess | undefined;
  const kill = (): void => {
    broker?.kill('SIGKILL');
  };
  process.once('exit', kill);

  const start = async (): Promise<void> => {
    let printed = '';
    const started = spawn('java', [...java, 'kafka.Kafka', configuration], { stdio: ['ignore', 'pipe', 'pipe'] });
    broker = started;
    for (const stream of [started.stdout, started.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        printed += text;
      });
    }
    await eventually('Kafka', START_TIMEOUT_MS, async () => {
      if (started.exitCode !== null) throw new Error(`Kafka did not start: ${printed}`);
      return (await isListening(listener)) || undefined;
    });
  };

  const stop = async (signal: NodeJS.Signals = 'SIGTERM'): Promise<void> => {
    const ended = broker;
    if (ended === undefined || ended.exitCode !== null || ended.signalCode !== null) return;
    const exited = new Promise((resolve) => ended.once('exit', resolve));
    ended.kill(signal);
    await exited;
  };

  await start();
  return {
    address: advertised,
    folder,
    get pid() {
      return broker?.pid ?? -1;
    },
    start,
    stop,
    close: async () => {
      await stop('SIGKILL');
      process.off('exit', kill);
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
};

/** Starts one broker on free ports and an empty folder, as a plain Java process; takes some seconds. */
export const startKafka = async (options: BrokerOptions = {}): Promise<KafkaBroker> => {
  await fetchJars(NAME, POM);
  const [listener = 0, controller = 0] = await freePorts(2);
  return startBroker(1, listener, [controller], options);
};

/** Starts `count` brokers of one cluster; each is a controller as well, so a majority of them must run. */
export const startKafkaCluster = async (count: number): Promise<readonly KafkaBroker[]> => {
  await fetchJars(NAME, POM);
  const ports = await freePorts(2 * count);
  const controllers = ports.slice(count);
  return Promise.all(controllers.map((_, index) => startBroker(index + 1, ports[index] ?? 0, controllers, {})));
};
