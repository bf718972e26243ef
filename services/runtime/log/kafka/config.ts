import { z } from 'zod';
import { wholeNumber } from '../../environment.ts';

/** A list of `host:port`, separated by commas. */
const brokers = z
  .string()
  .transform((list) => list.split(',').map((broker) => broker.trim()))
  .pipe(z.array(z.string().regex(/^.+:\d{1,5}$/, 'must be host:port, separated by commas')));

/** How to reach Kafka. */
export const kafkaConnectionEnvironment = {
  KAFKA_BROKERS: brokers,
  KAFKA_TLS: z
    .enum(['true', 'false'])
    .default('false')
    .transform((text) => text === 'true'),
  /** A PEM file with the authority that signed the brokers' certificates, when it is none that Node knows. */
  KAFKA_TLS_CA_FILE: z.string().optional(),
  KAFKA_SASL_MECHANISM: z.enum(['plain', 'scram-sha-256', 'scram-sha-512']).optional(),
  KAFKA_SASL_USERNAME: z.string().default(''),
  KAFKA_SASL_PASSWORD: z.string().default(''),
  /** Longest wait for an answer. A frozen broker is given up after it; its successor needs some seconds to be elected. */
  KAFKA_REQUEST_TIMEOUT_MS: wholeNumber(8_000, 500),
};

/** The environment of a service that works with the log on Kafka. */
export const kafkaLogEnvironment = {
  ...kafkaConnectionEnvironment,
  /** How long values are gathered before a send, at most. */
  KAFKA_LINGER_MS: wholeNumber(10),
  /** Bytes of values in one send, at most, unless a single value is larger. */
  KAFKA_BATCH_BYTES: wholeNumber(1024 * 1024, 1),
  /** Bytes of values that are not acknowledged yet; above it, appends are refused. */
  KAFKA_MAX_IN_FLIGHT_BYTES: wholeNumber(128 * 1024 * 1024, 1),
  /** After this time the outcome of an append counts as unknown. */
  KAFKA_DELIVERY_TIMEOUT_MS: wholeNumber(30_000, 100),
};

/** How to reach Kafka. */
export type KafkaConnectionConfig = Readonly<z.output<z.ZodObject<typeof kafkaConnectionEnvironment>>>;

/** The configuration of the log on Kafka. */
export type KafkaLogConfig = Readonly<z.output<z.ZodObject<typeof kafkaLogEnvironment>>>;
