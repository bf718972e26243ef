import { expect, test, vi } from 'vitest';
import { PermanentError, RetryableError } from '../../../services/runtime/errors.ts';
import { createLogger } from '../../../services/runtime/logger.ts';
import { retrying } from '../../../services/runtime/retry.ts';
import { useFakeTimers } from '../../support/fake-timers.ts';

/** Retries what fails as `failures` say and then succeeds; notes when each try began, in ms after the first. */
const start = (failures: readonly Error[]) => {
  useFakeTimers();
  const startedAtMs = Date.now();
  const triedAtMs: number[] = [];
  const stop = new AbortController();
  const logger = createLogger('silent');
  const warn = vi.spyOn(logger, 'warn');
  const result = retrying({ signal: stop.signal, logger, stage: 'test' }, async () => {
    triedAtMs.push(Date.now() - startedAtMs);
    const failure = failures[triedAtMs.length - 1];
    if (failure) throw failure;
    return 'done';
  });
  result.catch(() => undefined);
  return { result, triedAtMs, stop, warn };
};

const away = (count: number, retryAfterMs?: number): RetryableError[] =>
  Array.from({ length: count }, () => new RetryableError('away', retryAfterMs === undefined ? {} : { retryAfterMs }));

test.each([
  ['at once when nothing fails', away(0), [0]],
  ['after a wait that doubles up to five seconds', away(8), [0, 100, 300, 700, 1500, 3100, 6300, 11_300, 16_300]],
  ['not before the time that the error names', away(2, 7_000), [0, 7_000, 14_000]],
])('tries %s', async (_when, failures, expected) => {
  const { result, triedAtMs } = start(failures);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(triedAtMs).toEqual(expected);
  expect(await result).toBe('done');
});

test.each([new PermanentError('refused'), new TypeError('a bug')])('throws %s on', async (error) => {
  const { result, triedAtMs } = start([error]);
  await expect(result).rejects.toBe(error);
  expect(triedAtMs).toEqual([0]);
});

test('ends with the last error when it is aborted while it waits', async () => {
  const failures = away(1_000);
  const { result, triedAtMs, stop } = start(failures);
  await vi.advanceTimersByTimeAsync(10_000);
  stop.abort();
  const thrown = await result.catch((error: RetryableError) => error);
  expect(thrown).toBe(failures[triedAtMs.length - 1]);
});

test('logs the same trouble once a minute', async () => {
  const { warn, stop, result } = start(away(1_000));
  await vi.advanceTimersByTimeAsync(30_000);
  expect(warn).toHaveBeenCalledTimes(1);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(warn).toHaveBeenCalledTimes(2);
  stop.abort();
  await expect(result).rejects.toThrow('away');
});
