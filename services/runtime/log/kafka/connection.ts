import { readFileSync } from 'node:fs';
import { type Admin, Kafka, type RetryOptions } from 'kafkajs';
import { PermanentError, StartError } from '../../errors.ts';
import type { Logger } from '../../logger.ts';
import { retrying } from '../../retry.ts';
import { clientLogCreator, clientLogLevel, hideNegativeTimeouts } from './client-log.ts';
import type { KafkaConnectionConfig } from './config.ts';
import { classified } from './kafka-errors.ts';

/**
 * How kafkajs tries again within one call, some 2.5 s in all: a broker that is back is found within a second. Nothing is left
 * to its defaults, which are others under test (src/retry).
 */
export const CLIENT_RETRY: RetryOptions = {
  initialRetryTime: 100,
  maxRetryTime: 1_000,
  multiplier: 2,
  factor: 0.2,
  retries: 5,
};

/** Longest time for a connection to be made. */
const CONNECT_TIMEOUT_MS = 3_000;

const readAuthority = (path: string): Buffer => {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new StartError(`KAFKA_TLS_CA_FILE ${path} can't be read`, { cause: error });
  }
};

/**
 * A kafkajs client for the configured brokers; connects to nothing yet.
 *
 * @throws StartError when the file of the certificate authority can't be read.
 */
export const createKafkaClient = (config: KafkaConnectionConfig, clientId: string, logger: Logger): Kafka => {
  hideNegativeTimeouts();
  const { KAFKA_TLS_CA_FILE: authority, KAFKA_SASL_MECHANISM: mechanism } = config;
  const login = { username: config.KAFKA_SASL_USERNAME, password: config.KAFKA_SASL_PASSWORD };
  return new Kafka({
    clientId,
    brokers: [...config.KAFKA_BROKERS],
    ssl: config.KAFKA_TLS && (authority === undefined || { ca: [readAuthority(authority)] }),
    // The type of `mechanism` with its login is a union by mechanism, and all members have the same shape.
    ...(mechanism && { sasl: { mechanism: mechanism as 'plain', ...login } }),
    connectionTimeout: CONNECT_TIMEOUT_MS,
    authenticationTimeout: config.KAFKA_REQUEST_TIMEOUT_MS,
    requestTimeout: config.KAFKA_REQUEST_TIMEOUT_MS,
    retry: CLIENT_RETRY,
    logLevel: clientLogLevel(logger),
    logCreator: clientLogCreator(logger),
  });
};

/**
 * Connects one of kafkajs's clients, and tries until it works or `signal` aborts.
 *
 * @throws StartError when Kafka refuses the login; RetryableError when `signal` has aborted before Kafka could be reached.
 */
export const connectToKafka = async (
  { KAFKA_BROKERS: brokers }: KafkaConnectionConfig,
  client: Pick<Admin, 'connect'>,
  { logger, signal }: { readonly logger: Logger; readonly signal: AbortSignal },
): Promise<void> => {
  const attempt = async (): Promise<void> => {
    try {
      await client.connect();
    } catch (error) {
      throw classified(error, `Kafka at ${brokers.join(', ')} can't be reached`);
    }
  };
  try {
    await retrying({ signal, logger, stage: 'kafka' }, attempt);
  } catch (error) {
    throw error instanceof PermanentError ? new StartError(error.message, { cause: error }) : error;
  }
};
