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

/**
 * Error codes that speak of a value in the block: another block may well be taken. What speaks of a column, a type, a right or the
 * server is not among them.
 * Source: https://github.com/ClickHouse/ClickHouse/blob/master/src/Common/ErrorCodes.cpp (a test asks the server for the names).
 */
export const DATA_CODES: ReadonlyMap<string, string> = new Map([
  ['6', 'CANNOT_PARSE_TEXT'],
  ['27', 'CANNOT_PARSE_INPUT_ASSERTION_FAILED'],
  ['38', 'CANNOT_PARSE_DATE'],
  ['41', 'CANNOT_PARSE_DATETIME'],
  ['69', 'ARGUMENT_OUT_OF_BOUND'],
  ['72', 'CANNOT_PARSE_NUMBER'],
  ['117', 'INCORRECT_DATA'],
  ['128', 'TOO_LARGE_ARRAY_SIZE'],
  ['131', 'TOO_LARGE_STRING_SIZE'],
  ['321', 'VALUE_IS_OUT_OF_RANGE_OF_DATA_TYPE'],
  ['349', 'CANNOT_INSERT_NULL_IN_ORDINARY_COLUMN'],
  ['376', 'CANNOT_PARSE_UUID'],
  ['407', 'DECIMAL_OVERFLOW'],
  ['467', 'CANNOT_PARSE_BOOL'],
  ['469', 'VIOLATED_CONSTRAINT'],
  ['691', 'UNKNOWN_ELEMENT_OF_ENUM'],
]);

/** The server refuses a block for a value in it. Without the server's own words: they quote the value. */
export class DataRefusal extends PermanentError {
  readonly code: string;

  constructor(code: string, what: string) {
    super(`${what}: ClickHouse refuses a value: ${code} ${DATA_CODES.get(code)}`);
    this.code = code;
  }
}

/** FUNCTION_THROW_IF_VALUE_IS_NON_ZERO: the fence refused the insert. */
const FENCED_CODE = '395';

/**
 * Error codes whose words are about the server, its tables and rights. Those of any other may quote what was sent, as the
 * rest of a statement that could not be parsed.
 */
const WORDED_CODES: ReadonlySet<string> = new Set([
  ...RETRYABLE_CODES,
  FENCED_CODE,
  '16', // NO_SUCH_COLUMN_IN_TABLE
  '47', // UNKNOWN_IDENTIFIER
  '60', // UNKNOWN_TABLE
  '81', // UNKNOWN_DATABASE
  '243', // NOT_ENOUGH_SPACE
  '497', // ACCESS_DENIED
  '516', // AUTHENTICATION_FAILED
]);

/** TOO_MANY_PARTS: merges need time; a try sooner than this would only add to them. */
const TOO_MANY_PARTS_CODE = '252';
const TOO_MANY_PARTS_WAIT_MS = 5_000;

/** The ClickHouse error code of what was thrown; `0` when there was no answer. */
export const errorCode = (error: unknown): string => (error instanceof ClickHouseError ? error.code : '0');

/** The error, with its name in place of its words where these may quote what was sent. */
const withoutQuotations = (error: unknown): unknown => {
  if (!(error instanceof ClickHouseError) || WORDED_CODES.has(error.code)) return error;
  const { code, type } = error;
  return new ClickHouseError({
    message: `ClickHouse's error ${code} ${type}`,
    code,
    ...(type !== undefined && { type }),
  });
};

/** What was thrown by a query as a {@link RetryableError} or {@link PermanentError}. No answer means: unknown, so try again. */
export const classified = (thrown: unknown, what: string): RetryableError | PermanentError => {
  const code = errorCode(thrown);
  if (DATA_CODES.has(code)) return new DataRefusal(code, what);
  const error = withoutQuotations(thrown);
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
