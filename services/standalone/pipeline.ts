import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { allTables } from '../../infra/clickhouse/all-tables.ts';
import { type ClickHouseAccess, openClickHouse } from '../../infra/clickhouse/client.ts';
import { USERS } from '../../infra/clickhouse/embedded/configuration.ts';
import { startEmbeddedServer } from '../../infra/clickhouse/embedded/launcher.ts';
import { migrate } from '../../infra/clickhouse/migrate.ts';
import { loadCatalog, type ProductCatalog } from '../../schemas/pack/catalog.ts';
import { allSubjects } from '../../schemas/subjects.ts';
import { PARTITIONS, TOPICS } from '../../schemas/topics/topics.ts';
import { runAnonymizer } from '../anonymizer/anonymizer.ts';
import { documentBounds } from '../anonymizer/config.ts';
import { openPlaces } from '../anonymizer/place-database.ts';
import { createEcho } from '../echo/echo.ts';
import { appendToLog } from '../edge/append-raw.ts';
import { startEdge } from '../edge/edge.ts';
import { runEnricher } from '../enricher/enricher.ts';
import { startAdmin } from '../runtime/admin.ts';
import { claimFolder } from '../runtime/claim-folder.ts';
import { Lifecycle } from '../runtime/lifecycle.ts';
import { portOf } from '../runtime/listen.ts';
import { EmbeddedLog } from '../runtime/log/embedded.ts';
import type { EventLog } from '../runtime/log/event-log.ts';
import type { Logger } from '../runtime/logger.ts';
import { createMetrics, type Metrics, publishLag } from '../runtime/metrics.ts';
import { EmbeddedSchemaIds } from '../runtime/registry/embedded.ts';
import { createReplay, REPLAY_REQUESTS } from '../runtime/replay.ts';
import { EmbeddedStateStore } from '../runtime/state/embedded.ts';
import { watchBalance } from '../sink/balance.ts';
import { runEraser } from '../sink/erasure/erase.ts';
import { runSink } from '../sink/sink.ts';
import type { StandaloneConfig } from './config.ts';
import { keepOperatorToken } from './operator-token.ts';

/** A running pipeline. */
export interface Pipeline {
  readonly edgeUrl: string;
  readonly adminUrl: string;
  /** How to ask questions. */
  readonly analyst: ClickHouseAccess;
  readonly catalog: ProductCatalog;
  readonly log: EventLog;
  readonly metrics: Metrics;
  /** Age of the place database at the start. */
  readonly placesAgeDays: number;
  /** Rejects when a part of the pipeline has failed for good; never resolves before `close`. */
  readonly failed: Promise<never>;
  /** Stops taking reports, finishes the batches under way and releases everything. */
  close(): Promise<void>;
}

/** What the one who starts the pipeline may add. */
export interface PipelineOptions {
  readonly logger: Logger;
  /** Told what is being started, in order. */
  readonly onStep?: (step: string) => void;
  /** See {@link startEdge}. */
  readonly receivedAt?: (request: IncomingMessage) => number;
}

/** The accesses of owner, writer and readers of the database. */
interface Accesses {
  readonly admin: ClickHouseAccess;
  readonly sink: ClickHouseAccess;
  readonly analyst: ClickHouseAccess;
}

const startClickHouse = async (
  config: StandaloneConfig,
  path: string,
  logger: Logger,
  lifecycle: Lifecycle,
): Promise<Accesses> => {
  if (config.CLICKHOUSE_URL !== undefined) {
    const { CLICKHOUSE_URL: url, CLICKHOUSE_USER: username, CLICKHOUSE_PASSWORD: password } = config;
    const access = { url, username, password, cluster: config.CLICKHOUSE_CLUSTER };
    return { admin: access, sink: access, analyst: access };
  }
  const [adminPassword, sinkPassword] = [randomBytes(16).toString('hex'), randomBytes(16).toString('hex')];
  const ports = { httpPort: config.CLICKHOUSE_HTTP_PORT, tcpPort: config.CLICKHOUSE_TCP_PORT };
  const server = await startEmbeddedServer({ path, ...ports, adminPassword, sinkPassword }, logger);
  lifecycle.onClose('ClickHouse', server.close);
  return {
    admin: { url: server.url, username: USERS.admin, password: adminPassword },
    sink: { url: server.url, username: USERS.sink, password: sinkPassword },
    analyst: { url: server.url, username: USERS.analyst, password: '' },
  };
};

const urlOf = (host: string, port: number): string => `http://${host.includes(':') ? `[${host}]` : host}:${port}`;

/**
 * Starts the whole pipeline in this process, on embedded parts.
 *
 * @throws StartError when it can't be started as configured; what was started until then is closed again.
 */
export const startPipeline = async (config: StandaloneConfig, options: PipelineOptions): Promise<Pipeline> => {
  const { logger, onStep = () => undefined } = options;
  const lifecycle = new Lifecycle(logger);
  try {
    return await start(config, { ...options, onStep }, lifecycle);
  } catch (error) {
    await lifecycle.close();
    throw error;
  }
};

const start = async (
  config: StandaloneConfig,
  { logger, onStep, receivedAt }: Required<Pick<PipelineOptions, 'logger' | 'onStep'>> & PipelineOptions,
  lifecycle: Lifecycle,
): Promise<Pipeline> => {
  onStep('product packs');
  const catalog = await loadCatalog();
  const dataDir = await claimFolder('DATA_DIR', config.DATA_DIR);
  lifecycle.onClose('data folder', dataDir.release);
  const metrics = createMetrics();

  onStep('event log, state store and schema ids (LMDB)');
  const topics = Object.values(TOPICS);
  const log = new EmbeddedLog({
    path: join(dataDir.path, 'log'),
    partitions: PARTITIONS,
    topics,
    maxBytes: config.EVENT_LOG_MAX_BYTES,
    onSweepError: (error) => logger.error({ err: error }, 'expired records of the log could not be removed'),
  });
  lifecycle.onClose('event log', () => log.close());
  publishLag(metrics, topics, (topic, group) => log.lag(topic, group));
  const state = new EmbeddedStateStore(join(dataDir.path, 'state'));
  lifecycle.onClose('state store', () => state.close());
  const ids = new EmbeddedSchemaIds(join(dataDir.path, 'registry'));
  lifecycle.onClose('schema ids', () => ids.close());
  for (const [subject, definition] of allSubjects(catalog)) await ids.register(subject, definition);

  onStep(config.CLICKHOUSE_URL ? `ClickHouse at ${config.CLICKHOUSE_URL}` : 'ClickHouse (embedded)');
  const accesses = await startClickHouse(config, join(dataDir.path, 'clickhouse'), logger, lifecycle);
  onStep('tables');
  const admin = openClickHouse(accesses.admin);
  await migrate(admin, config.CLICKHOUSE_CLUSTER).finally(() => admin.close());
  const clickhouse = openClickHouse(accesses.sink);
  lifecycle.onClose('ClickHouse connections', () => clickhouse.close());

  onStep('sink, enricher, anonymizer');
  const stopWatching = new AbortController();
  lifecycle.onClose('place database', async () => stopWatching.abort());
  const places = await openPlaces(config, { metrics, logger }, stopWatching.signal);
  const { locate } = places;
  const parts = { catalog, log, state, ids, locate, metrics, logger, clickhouse };
  const tables = new Map(allTables(catalog).map(({ name, table }) => [name, table]));
  const erase = (signal: AbortSignal) => runEraser({ ...parts, tables: [...tables.keys()] }, signal);
  lifecycle.run('sink', (signal) => runSink(config, { ...parts, tables, erase }, signal));
  lifecycle.run('balance', (signal) => watchBalance({ ...parts, products: [...catalog.products.keys()] }, signal));
  lifecycle.run('enricher', (signal) => runEnricher(config, parts, signal));
  lifecycle.run('anonymizer', (signal) => runAnonymizer(config, parts, signal));

  onStep('edge');
  const reader = openClickHouse(accesses.analyst);
  lifecycle.onClose('ClickHouse connections of the edge', () => reader.close());
  const operatorToken = config.EDGE_OPERATOR_TOKEN ?? (await keepOperatorToken(dataDir.path));
  const edgeConfig = { ...config, EDGE_OPERATOR_TOKEN: operatorToken };
  const edge = await startEdge(edgeConfig, {
    ...parts,
    append: appendToLog(log),
    tables: reader,
    echo: createEcho(catalog, locate, documentBounds(config)),
    ...(receivedAt && { receivedAt }),
  });
  lifecycle.onClose('edge', () => edge.close());
  const readiness = async (): Promise<string[]> =>
    (await clickhouse.ping()).success ? [] : ['ClickHouse does not answer'];
  const replay = await createReplay(log, ids);
  const adminServer = await startAdmin({ host: config.ADMIN_HOST, port: config.ADMIN_PORT }, metrics, readiness, {
    actions: { '/replays': (requests) => replay(REPLAY_REQUESTS.parse(requests)) },
  });
  lifecycle.onClose('admin', adminServer.close);

  return {
    edgeUrl: urlOf(config.EDGE_HOST, portOf(edge.server)),
    adminUrl: urlOf(config.ADMIN_HOST, portOf(adminServer.server)),
    analyst: accesses.analyst,
    catalog,
    log,
    metrics,
    placesAgeDays: places.ageDays,
    failed: lifecycle.failed,
    close: () => lifecycle.close(),
  };
};
