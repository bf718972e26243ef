import { setImmediate as nextTurn } from 'node:timers/promises';

/** Longest that a batch keeps the event loop for itself, in ms; one value that takes longer still does. */
const TURN_MS = 10;

/**
 * Maps values one by one and in order, but lets the event loop turn in between: an edge in the same process answers meanwhile,
 * whatever a batch of hostile documents costs.
 */
export const mapYielding = async <In, Out>(values: readonly In[], map: (value: In) => Out): Promise<Out[]> => {
  const mapped: Out[] = [];
  let turnStartedAt = performance.now();
  for (const value of values) {
    mapped.push(map(value));
    if (performance.now() - turnStartedAt < TURN_MS) continue;
    await nextTurn();
    turnStartedAt = performance.now();
  }
  return mapped;
};
