import { ClickHouseError } from '@clickhouse/client';
import { messageOf, PermanentError, RetryableError } from '../runtime/errors.ts';

/**
 * Error codes after which the same insert may succeed, as ClickHouse's own Kafka connector lists them
 * (clickhouse-kafka-connect, `Utils.java`); 216: the insert whose answer we did not get is still running; and those with which a
 * cluster says that a majority is missing (225, 286, 289; ClickHouse, `src/Common/ErrorCodes.cpp`).
 */
const RETRYABLE_CODES: ReadonlySet<string> = new Set([
  '3', // UNEXPECTED_END_OF_FILE
  '107', // FILE_DOESNT_EXIST
  '159', // TIMEOUT_EXCEEDED
  '164', // READONLY
  '202', // TOO_MANY_SIMULTANEOUS_QUERIES
  '203', // NO_FREE_CONNECTION
  '209', // SOCKET_TIMEOUT
  '210', // NETWORK_ERROR
  '216', // QUERY_WITH_SAME_ID_IS_ALREADY_RUNNING
  '241', // MEMORY_LIMIT_EXCEEDED
  '242', // TABLE_IS_READ_ONLY
  '252', // TOO_MANY_PARTS
  '225', // NO_ZOOKEEPER
  '285', // TOO_FEW_LIVE_REPLICAS
  '286', // UNSATISFIED_QUORUM_FOR_PREVIOUS_WRITE
  '289', // REPLICA_IS_NOT_IN_QUORUM
  '319', // UNKNOWN_STATUS_OF_INSERT
  '394', // QUERY_WAS_CANCELLED
  '425', // SYSTEM_ERROR
  '999', // KEEPER_EXCEPTION
]);

/** FUNCTION_THROW_IF_VALUE_IS_NON_ZERO: the fence refused the insert. */
const FENCED_CODE = '395';

/** TOO_MANY_PARTS: merges need time; a try sooner than this would only add to them. */
const TOO_MANY_PARTS_CODE = '252';
const TOO_MANY_PARTS_WAIT_MS = 5_000;

/** The ClickHouse error code of what was thrown; `0` when there was no answer. */
export const errorCode = (error: unknown): string => (error instanceof ClickHouseError ? error.code : '0');

/** What was thrown by a query as a {@link RetryableError} or {@link PermanentError}. No answer means: unknown, so try again. */
export const classified = (error: unknown, what: string): RetryableError | PermanentError => {
  const code = errorCode(error);
  const message = `${what}: ${messageOf(error)}`;
  if (code === FENCED_CODE) {
    return new PermanentError(`${what}: another sink has taken over one of its partitions`, { cause: error });
  }
  if (code === TOO_MANY_PARTS_CODE)
    return new RetryableError(message, { cause: error, retryAfterMs: TOO_MANY_PARTS_WAIT_MS });
  if (error instanceof TypeError || error instanceof RangeError) return new PermanentError(message, { cause: error });
  if (code === '0' || RETRYABLE_CODES.has(code)) return new RetryableError(message, { cause: error });
  return new PermanentError(message, { cause: error });
};
