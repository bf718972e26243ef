import type { Server } from 'node:http';
import { join } from 'node:path';
import type { ClickHouseClient } from '@clickhouse/client';
import { onTestFinished } from 'vitest';
import type { ProductCatalog } from '../../schemas/pack/catalog.ts';
import { RAW_SCHEMA, type RawEvent } from '../../schemas/topics/raw.ts';
import { valueSubject } from '../../schemas/topics/rows.ts';
import { PARTITIONS, TOPICS } from '../../schemas/topics/topics.ts';
import { appendToLog } from '../../services/edge/append-raw.ts';
import { edgeEnvironment } from '../../services/edge/config.ts';
import type { Echo } from '../../services/edge/echo/show-echo.ts';
import { type EdgeConfig, startEdge } from '../../services/edge/edge.ts';
import { Codec } from '../../services/runtime/codec.ts';
import { parseEnvironment } from '../../services/runtime/environment.ts';
import { RetryableError } from '../../services/runtime/errors.ts';
import { portOf } from '../../services/runtime/listen.ts';
import { EmbeddedLog } from '../../services/runtime/log/embedded.ts';
import type { EventLog } from '../../services/runtime/log/event-log.ts';
import { createLogger, type Logger } from '../../services/runtime/logger.ts';
import { createMetrics, type Metrics } from '../../services/runtime/metrics.ts';
import { EmbeddedSchemaIds } from '../../services/runtime/registry/embedded.ts';
import { EmbeddedStateStore } from '../../services/runtime/state/embedded.ts';
import type { StateStore } from '../../services/runtime/state/state-store.ts';
import { head, type RawAnswer } from './http-bytes.ts';
import { exchange } from './raw-http.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { tinyCatalog } from './tiny-catalog.ts';

/** An edge, on embedded parts of its own. */
export interface TestEdge {
  readonly server: Server;
  readonly port: number;
  readonly url: string;
  /** The folder of the log. */
  readonly logFolder: string;
  readonly log: EventLog;
  readonly state: StateStore;
  readonly metrics: Metrics;
  /** Closes it before the test has finished; may be called once more then. */
  close(): Promise<void>;
  /** The events in the log, in no particular order. */
  events(): Promise<readonly RawEvent[]>;
}

/** What a test may change about its edge. */
export interface TestEdgeOptions {
  readonly config?: Partial<EdgeConfig>;
  /** Stands in front of the log. */
  readonly decorate?: (log: EventLog) => EventLog;
  readonly logger?: Logger;
  /** The products; the made-up ones when not given. */
  readonly catalog?: ProductCatalog;
  /** Where receipts are looked up. */
  readonly tables?: ClickHouseClient;
  /** What shows what would be kept; an empty object when not given. */
  readonly echo?: Echo;
}

const DEFAULTS: EdgeConfig = {
  ...parseEnvironment(edgeEnvironment, {}),
  EDGE_PORT: 0,
  EDGE_MAX_BODY_BYTES: 1_000_000,
  EDGE_MAX_INFLATED_BYTES: 2_000_000,
  EDGE_MAX_IN_FLIGHT_BYTES: 4_000_000,
};

const { raw } = TOPICS;

/** Starts an edge on a free port; closed when the test has finished. */
export const startTestEdge = async ({
  config,
  decorate = (log) => log,
  logger = createLogger('silent'),
  catalog = tinyCatalog,
  tables,
  echo = () => ({}),
}: TestEdgeOptions = {}): Promise<TestEdge> => {
  const folder = await temporaryFolder();
  const logFolder = join(folder, 'log');
  const log = new EmbeddedLog({
    path: logFolder,
    partitions: PARTITIONS,
    topics: [raw],
    maxBytes: 1024 ** 3,
    onSweepError: (error) => Promise.reject(error),
  });
  const state = new EmbeddedStateStore(join(folder, 'state'));
  const ids = new EmbeddedSchemaIds(join(folder, 'registry'));
  const metrics = createMetrics();
  await ids.register(valueSubject(raw.name), RAW_SCHEMA);
  const decorated = decorate(log);
  const parts = {
    catalog,
    log: decorated,
    append: appendToLog(decorated),
    state,
    ids,
    metrics,
    tables,
    logger,
    echo,
  };
  const edge = await startEdge({ ...DEFAULTS, ...config }, parts);
  onTestFinished(async () => {
    edge.server.closeAllConnections();
    await edge.close();
    for (const part of [log, state, ids]) await part.close();
  });
  const port = portOf(edge.server);
  const events = async (): Promise<readonly RawEvent[]> => {
    const codec = await Codec.of<RawEvent>(ids, valueSubject(raw.name), RAW_SCHEMA);
    const count = await log.lag(raw.name, raw.consumer);
    const found: (RawEvent | undefined)[] = [];
    const stop = new AbortController();
    if (count === 0) stop.abort();
    await log.consume(raw.name, raw.consumer, stop.signal, async (owned) => {
      for (;;) {
        const batch = await owned.next({ records: 1_000, bytes: 100_000_000 });
        if (batch === undefined) return;
        found.push(...batch.map(({ value }) => codec.decode(value)));
        if (found.length >= count) stop.abort();
      }
    });
    return found.filter((event) => event !== undefined);
  };
  return {
    server: edge.server,
    port,
    url: `http://127.0.0.1:${port}`,
    logFolder,
    log,
    state,
    metrics,
    events,
    close: () => edge.close(),
  };
};

/** A report that the made-up products take. */
export const REPORT = '{"id":"1","version":"1.0"}';

/** Posts a body to the door of the product `tiny`. */
export const postReport = (
  { port }: TestEdge,
  body: string | Buffer = REPORT,
  ...headers: readonly string[]
): Promise<RawAnswer> =>
  exchange(
    port,
    head('POST /tiny HTTP/1.1', 'Host: localhost', `Content-Length: ${Buffer.byteLength(body)}`, ...headers),
    body,
  );

/** The log, with another way to append. */
export const withAppend = (log: EventLog, append: EventLog['append']): EventLog => ({
  generation: log.generation,
  append,
  consume: log.consume.bind(log),
  lag: log.lag.bind(log),
  ranges: log.ranges.bind(log),
  read: log.read.bind(log),
  progress: log.progress.bind(log),
  close: () => log.close(),
});

/** Product, status code and number of the answers that the edge has counted. */
export const countedAnswers = async ({
  metrics,
}: TestEdge): Promise<readonly (readonly [unknown, unknown, number])[]> =>
  (await metrics.answers.get()).values.map(({ labels, value }) => [labels.product, labels.code, value] as const);

/** How many connections the edge has cut, by reason. */
export const cutConnections = async ({ metrics }: TestEdge): Promise<Readonly<Record<string, number>>> =>
  Object.fromEntries(
    (await metrics.connectionsCut.get()).values.map(({ labels, value }) => [String(labels.reason), value]),
  );

/** A log that can't be written at the moment. */
export const refusingLog = (log: EventLog): EventLog =>
  withAppend(log, () => Promise.reject(new RetryableError('the log is full')));
