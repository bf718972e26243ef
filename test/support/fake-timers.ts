import { syncBuiltinESMExports } from 'node:module';
import type { TimerOptions } from 'node:timers';
import timersPromises from 'node:timers/promises';
import { onTestFinished, vi } from 'vitest';

/** `setTimeout` of `node:timers/promises` on whatever the global `setTimeout` is at the moment. */
const sleep = <T>(delayMs?: number, value?: T, { signal }: TimerOptions = {}): Promise<T> =>
  new Promise((resolve, reject) => {
    const timer = setTimeout(() => resolve(value as T), delayMs);
    const stop = (): void => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    if (signal?.aborted) stop();
    signal?.addEventListener('abort', stop, { once: true });
  });

/** Timers and a clock that only {@link vi.advanceTimersByTimeAsync} moves, until the test ends. */
export const useFakeTimers = (): void => {
  vi.useFakeTimers();
  // Vitest leaves the promises' timers alone, and their imported names follow a change only when told to.
  const faked = vi.spyOn(timersPromises, 'setTimeout').mockImplementation(sleep);
  syncBuiltinESMExports();
  onTestFinished(() => {
    faked.mockRestore();
    syncBuiltinESMExports();
    vi.useRealTimers();
  });
};
