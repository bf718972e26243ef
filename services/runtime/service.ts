import type { z } from 'zod';
import { PARTITIONS, TOPICS } from '../../schemas/topics/topics.ts';
import { startAdmin } from './admin.ts';
import { messageOf } from './errors.ts';
import { Lifecycle } from './lifecycle.ts';
import type { EventLog } from './log/event-log.ts';
import { kafkaLogEnvironment } from './log/kafka/config.ts';
import { KafkaLog } from './log/kafka/kafka-log.ts';
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
}

/** Longest wait for the answer of a part when readiness is asked for. */
const READY_TIMEOUT_MS = 2_000;

const kafkaAnswers = async (log: EventLog, topic: string, group: string): Promise<string | undefined> => {
  const late = Promise.withResolvers<string>();
  const timer = setTimeout(() => late.resolve('Kafka does not answer'), READY_TIMEOUT_MS);
  const asked = log.lag(topic, group).then(
    () => undefined,
    (error: unknown) => `Kafka: ${messageOf(error)}`,
  );
  return Promise.race([asked, late.promise]).finally(() => clearTimeout(timer));
};

/**
 * Runs a service as a process of its own until it is told to stop or fails. Health is served from the beginning; the service
 * is ready once it has connected and started.
 */
export const runService = async <C extends ServiceConfig>(
  name: string,
  readConfig: () => C,
  start: (config: C, parts: ServiceParts) => Promise<void>,
): Promise<void> => {
  try {
    const config = readConfig();
    const logger = createLogger(config.LOG_LEVEL);
    const lifecycle = new Lifecycle(logger);
    const metrics = createMetrics();
    const conditions: (() => Promise<string | undefined>)[] = [];
    let starting: string | undefined = 'starting';
    const readiness = async (): Promise<readonly string[]> =>
      starting
        ? [starting]
        : (await Promise.all(conditions.map((condition) => condition()))).filter((why) => why !== undefined);
    const admin = await startAdmin({ host: config.ADMIN_HOST, port: config.ADMIN_PORT }, metrics, readiness);
    lifecycle.onClose('admin', admin.close);

    const stop = new AbortController();
    const { raw, anonymized, rows } = TOPICS;
    const topics = [raw, anonymized, rows] as const;
    const log = await KafkaLog.open(
      { config, clientId: `candor-${name}`, topics, partitions: PARTITIONS, logger },
      stop.signal,
    );
    lifecycle.onClose('Kafka', () => log.close());
    const ids = retryingSchemaIds(new ConfluentSchemaIds(config), { signal: stop.signal, logger, stage: name });
    lifecycle.onClose('retries', async () => stop.abort());
    lifecycle.onClose('schema registry', () => ids.close());
    publishLag(
      metrics,
      topics.filter(({ consumer }) => consumer === name),
      (topic, group) => log.lag(topic, group),
    );
    conditions.push(() => kafkaAnswers(log, raw.name, raw.consumer));

    await start(config, { log, ids, metrics, logger, lifecycle, requires: (condition) => conditions.push(condition) });
    starting = undefined;
    logger.info({ service: name }, 'started');
    await untilStopped({ failed: lifecycle.failed, close: () => lifecycle.close() }, logger);
  } catch (error) {
    exitUnstarted(error);
  }
};
