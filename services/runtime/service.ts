import type { z } from 'zod';
import { PARTITIONS, TOPICS } from '../../schemas/topics/topics.ts';
import { startAdmin } from './admin.ts';
import { messageOf } from './errors.ts';
import { Lifecycle } from './lifecycle.ts';
import type { EventLog } from './log/event-log.ts';
import { kafkaLogEnvironment } from './log/kafka/config.ts';
import { KafkaLog, type KafkaLogOptions } from './log/kafka/kafka-log.ts';
import { LateLog } from './log/late-log.ts';
import { createLogger, type Logger } from './logger.ts';
import { createMetrics, type Metrics, publishLag } from './metrics.ts';
import { exitUnstarted, processEnvironment, untilStopped } from './process.ts';
import { ConfluentSchemaIds } from './registry/confluent.ts';
import { schemaRegistryEnvironment } from './registry/confluent-config.ts';
import type { SchemaIds } from './registry/schema-ids.ts';
import { retryingSchemaIds } from './retrying-parts.ts';

/** The environment of a service that runs as a process of its own, on Kafka and a schema registry. */
export const serviceEnvironment = { ...processEnvironment, ...kafkaLogEnvironment, ...schemaRegistryEnvironment };

/** Its configuration. */
export type ServiceConfig = Readonly<z.output<z.ZodObject<typeof serviceEnvironment>>>;

/** What every service works with. */
export interface ServiceParts {
  readonly log: EventLog;
  readonly ids: SchemaIds;
  readonly metrics: Metrics;
  readonly logger: Logger;
  readonly lifecycle: Lifecycle;
  /** Adds a condition of readiness: what keeps the service from its work, or undefined. */
  readonly requires: (condition: () => Promise<string | undefined>) => void;
  /** Adds what readiness tells of a service that can do its work, or undefined. */
  readonly notes: (note: () => string | undefined) => void;
}

/** Longest wait for the answer of a part when readiness is asked for. */
const READY_TIMEOUT_MS = 2_000;

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });

const kafkaAnswers = async (log: EventLog, topic: string, group: string): Promise<string | undefined> => {
  const late = Promise.withResolvers<string>();
  const timer = setTimeout(() => late.resolve('Kafka does not answer'), READY_TIMEOUT_MS);
  const asked = log.lag(topic, group).then(
    () => undefined,
    (error: unknown) => `Kafka: ${messageOf(error)}`,
  );
  return Promise.race([asked, late.promise]).finally(() => clearTimeout(timer));
};

/** How a service differs from the others. */
export interface ServiceOptions {
  /** Whether it can do nothing without Kafka; otherwise Kafka is looked for while the service works already. */
  readonly waitsForKafka: boolean;
}

/** Opens the log on Kafka: at once, or while the service works already. */
const openLog = async (
  options: KafkaLogOptions,
  { waitsForKafka }: ServiceOptions,
  lifecycle: Lifecycle,
  stop: AbortSignal,
): Promise<EventLog> => {
  const log = new LateLog();
  lifecycle.onClose('Kafka', () => log.close());
  const opening = log.open(KafkaLog.open(options, stop));
  if (waitsForKafka) await opening;
  // A stop does not wait for the try under way.
  else lifecycle.run('search for Kafka', (signal) => Promise.race([opening, aborted(signal)]));
  return log;
};

/** What a start is given. */
interface Start<C> {
  readonly name: string;
  readonly config: C;
  readonly logger: Logger;
  readonly lifecycle: Lifecycle;
  readonly options: ServiceOptions;
  readonly stop: AbortController;
}

const startService = async <C extends ServiceConfig>(
  { name, config, logger, lifecycle, options, stop }: Start<C>,
  start: (config: C, parts: ServiceParts) => Promise<void>,
): Promise<void> => {
  const metrics = createMetrics();
  const conditions: (() => Promise<string | undefined>)[] = [];
  const notes: (() => string | undefined)[] = [];
  let isStarted = false;
  const readiness = async (): Promise<readonly string[]> =>
    isStarted
      ? (await Promise.all(conditions.map((condition) => condition()))).filter((why) => why !== undefined)
      : ['starting'];
  const noted = (): readonly string[] => notes.map((note) => note()).filter((text) => text !== undefined);
  const admin = await startAdmin({ host: config.ADMIN_HOST, port: config.ADMIN_PORT }, metrics, readiness, {
    notes: noted,
  });
  lifecycle.onClose('admin', admin.close);

  const { raw, anonymized, rows } = TOPICS;
  const topics = [raw, anonymized, rows] as const;
  const kafka = { config, clientId: `candor-${name}`, topics, partitions: PARTITIONS, logger };
  const log = await openLog(kafka, options, lifecycle, stop.signal);
  const ids = retryingSchemaIds(new ConfluentSchemaIds(config), { signal: stop.signal, logger, stage: name });
  lifecycle.onClose('retries', async () => stop.abort());
  lifecycle.onClose('schema registry', () => ids.close());
  publishLag(
    metrics,
    topics.filter(({ consumer }) => consumer === name),
    (topic, group) => log.lag(topic, group),
  );
  if (options.waitsForKafka) conditions.push(() => kafkaAnswers(log, raw.name, raw.consumer));

  await start(config, {
    log,
    ids,
    metrics,
    logger,
    lifecycle,
    requires: (condition) => conditions.push(condition),
    notes: (note) => notes.push(note),
  });
  isStarted = true;
};

/**
 * Runs a service as a process of its own until it is told to stop, also during its start, or fails. Health is served from the
 * beginning; the service is ready once it has connected and started.
 */
export const runService = async <C extends ServiceConfig>(
  name: string,
  readConfig: () => C,
  start: (config: C, parts: ServiceParts) => Promise<void>,
  options: ServiceOptions = { waitsForKafka: true },
): Promise<void> => {
  try {
    const config = readConfig();
    const logger = createLogger(config.LOG_LEVEL);
    const lifecycle = new Lifecycle(logger);
    const stop = new AbortController();
    let isStarting = true;
    startService({ name, config, logger, lifecycle, options, stop }, start).then(
      () => {
        isStarting = false;
        logger.info({ service: name }, 'started');
      },
      (error: unknown) => {
        if (!stop.signal.aborted) exitUnstarted(error);
      },
    );
    const close = (): Promise<void> => {
      // Whatever a start waits for; once started, each part ends in its turn.
      if (isStarting) stop.abort();
      return lifecycle.close();
    };
    await untilStopped({ failed: lifecycle.failed, close }, logger);
  } catch (error) {
    exitUnstarted(error);
  }
};
