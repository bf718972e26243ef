import { RestError } from '@confluentinc/schemaregistry/dist/rest-error.js';
import { messageOf, PermanentError, RetryableError } from '../errors.ts';
import { codeOf, isNetworkCode } from '../network-errors.ts';

/**
 * Error codes of the registry that say: there is no such subject (40401), or no such schema (40403). Any other 404 is an
 * address that is no registry. Source: https://docs.confluent.io/platform/current/schema-registry/develop/api.html#errors
 */
const UNKNOWN_CODES: ReadonlySet<number> = new Set([40401, 40403]);

/** HTTP status of a request that may succeed later: too many, and a registry or a proxy in trouble (RFC 9110, RFC 6585). */
const RETRYABLE_STATUSES: ReadonlySet<number> = new Set([408, 429, 500, 502, 503, 504]);

/** An incompatible schema. */
const CONFLICT = 409;

/**
 * Codes that axios gives to a request without a whole answer. It gives ERR_BAD_RESPONSE to whole ones too, but those come
 * as a RestError.
 */
const BROKEN_ANSWER_CODES: ReadonlySet<string> = new Set(['ERR_NETWORK', 'ERR_BAD_RESPONSE']);

/** Whether the registry says that it knows no such subject or schema. */
export const isUnknown = (error: unknown): boolean => error instanceof RestError && UNKNOWN_CODES.has(error.errorCode);

const answered = (error: RestError, what: string): RetryableError | PermanentError => {
  const { status } = error;
  const message = `${what}: ${status === CONFLICT ? 'incompatible with an earlier version' : `status ${status}`}: ${error.message}`;
  return RETRYABLE_STATUSES.has(status)
    ? new RetryableError(message, { cause: error })
    : new PermanentError(message, { cause: error });
};

/**
 * What an error of the registry's client means: a {@link RetryableError} or a {@link PermanentError}, or the error itself
 * when it comes from somewhere else. A request's own error is not passed on: it quotes the login.
 */
export const classified = (error: unknown, what: string): unknown => {
  if (error instanceof RestError) return answered(error, what);
  const code = codeOf(error);
  if (code === undefined) return error;
  return isNetworkCode(code) || BROKEN_ANSWER_CODES.has(code)
    ? new RetryableError(`${what}: no answer: ${code}`)
    : new PermanentError(`${what}: ${code}: ${messageOf(error)}`);
};
