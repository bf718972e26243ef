import { ReplyError } from 'ioredis';
import { PermanentError, RetryableError } from '../errors.ts';
import { codeOf, isNetworkCode } from '../network-errors.ts';

/**
 * Redis's answers after which the same command may succeed: it loads, fails over, is busy, or can't write at the moment.
 * Source: `createSharedObjects` in https://github.com/redis/redis/blob/7.0/src/server.c
 */
const RETRYABLE_REPLIES: ReadonlySet<string> = new Set([
  'BUSY',
  'CLUSTERDOWN',
  'LOADING',
  'MASTERDOWN',
  'MISCONF',
  'NOREPLICAS',
  'OOM',
  'READONLY',
  'TRYAGAIN',
]);

/**
 * The code of an error that Redis answered; undefined for anything else. ioredis gives it only as the first word of the
 * answer, where the protocol has it: https://redis.io/docs/latest/develop/reference/protocol-spec/#simple-errors
 */
export const replyCode = (error: unknown): string | undefined =>
  error instanceof ReplyError ? (/^[A-Z]+/.exec((error as Error).message)?.[0] ?? 'ERR') : undefined;

/** A mistake in a program. */
const isBug = (error: unknown): boolean =>
  error instanceof TypeError || error instanceof RangeError || error instanceof ReferenceError;

/**
 * What an error of ioredis means: a {@link RetryableError} or {@link PermanentError}, or the error itself when it is a bug.
 * ioredis puts no code on a command that got no answer: whatever has none and is no bug is that.
 *
 * Neither the message nor the error is passed on: both quote the command, and with it keys of addresses and passwords.
 */
export const classified = (error: unknown, redis: string): unknown => {
  const reply = replyCode(error);
  if (reply !== undefined) {
    return RETRYABLE_REPLIES.has(reply)
      ? new RetryableError(`${redis} can't answer at the moment: ${reply}`)
      : new PermanentError(`${redis} refuses: ${reply} (needed: Redis 7.0 or later, and the right to read and write)`);
  }
  if (isBug(error)) return error;
  const code = codeOf(error);
  return code === undefined || isNetworkCode(code)
    ? new RetryableError(`${redis} is away${code === undefined ? '' : `: ${code}`}`)
    : new PermanentError(`${redis} can't be reached: ${code}`);
};
