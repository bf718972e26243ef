import { messageOf, PermanentError, RetryableError } from '../../errors.ts';

/**
 * Kafka's errors that no retry mends.
 *
 * Source: https://kafka.apache.org/41/design/protocol/#error-codes, by the names that kafkajs 2.2.4 gives them
 * (src/protocol/error.js).
 */
const PERMANENT_TYPES: ReadonlySet<string> = new Set([
  'MESSAGE_TOO_LARGE',
  'RECORD_LIST_TOO_LARGE',
  'INVALID_TOPIC_EXCEPTION',
  'INVALID_REQUIRED_ACKS',
  'TOPIC_AUTHORIZATION_FAILED',
  'GROUP_AUTHORIZATION_FAILED',
  'CLUSTER_AUTHORIZATION_FAILED',
  'SASL_AUTHENTICATION_FAILED',
  'UNSUPPORTED_SASL_MECHANISM',
  'ILLEGAL_SASL_STATE',
  'UNSUPPORTED_VERSION',
  'POLICY_VIOLATION',
]);

/** Answers to a member that the group has gone on without, or is about to. */
const FENCED_TYPES: ReadonlySet<string> = new Set([
  'ILLEGAL_GENERATION',
  'UNKNOWN_MEMBER_ID',
  'REBALANCE_IN_PROGRESS',
  'FENCED_INSTANCE_ID',
]);

/** kafkajs's own errors that no retry mends, by their names (src/errors.js). */
const PERMANENT_NAMES: ReadonlySet<string> = new Set([
  'KafkaJSSASLAuthenticationError',
  'KafkaJSNotImplemented',
  'KafkaJSServerDoesNotSupportApiKey',
  'KafkaJSUnsupportedMagicByteInMessageSet',
]);

interface ClientError extends Error {
  readonly type?: unknown;
}

/** The error and what caused it: kafkajs wraps the broker's answer, sometimes twice. */
const chain = (error: unknown): ClientError[] => {
  const errors: ClientError[] = [];
  for (let each = error; each instanceof Error && !errors.includes(each); each = each.cause) errors.push(each);
  return errors;
};

/** A mistake in a program, which kafkajs wraps like any other error. */
const isBug = (error: Error): boolean =>
  error instanceof TypeError || error instanceof RangeError || error instanceof ReferenceError;

const isPermanent = ({ name, type }: ClientError): boolean =>
  PERMANENT_NAMES.has(name) || (typeof type === 'string' && PERMANENT_TYPES.has(type));

/** Whether a commit came too late: another member owns the partition, or may soon. */
export const isFenced = (error: unknown): boolean =>
  chain(error).some(({ type }) => typeof type === 'string' && FENCED_TYPES.has(type));

/**
 * What an error of kafkajs means: a {@link PermanentError} or a {@link RetryableError} that says what failed, or the error
 * itself when it is a bug or comes from somewhere else. Whether a failed request was carried out stays unknown.
 */
export const classified = (error: unknown, what: string): unknown => {
  const errors = chain(error);
  if (errors.some(isBug) || !errors.some(({ name }) => name.startsWith('KafkaJS'))) return error;
  const message = `${what}: ${messageOf(errors.at(-1))}`;
  return errors.some(isPermanent)
    ? new PermanentError(message, { cause: error })
    : new RetryableError(message, { cause: error });
};
