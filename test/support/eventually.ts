import { setTimeout as sleep } from 'node:timers/promises';

/** Time between two looks. */
const POLL_MS = 50;

/**
 * Waits until `found` gives something.
 *
 * @throws Error that says what it waited for in vain.
 */
export const eventually = async <T>(
  what: string,
  timeoutMs: number,
  found: () => Promise<T | undefined> | T | undefined,
): Promise<T> => {
  for (const deadline = Date.now() + timeoutMs; ; await sleep(POLL_MS)) {
    const result = await found();
    if (result !== undefined) return result;
    if (Date.now() > deadline) throw new Error(`waited ${timeoutMs} ms for ${what}`);
  }
};
