import { setImmediate as nextIteration } from 'node:timers/promises';

/** Longest that a batch keeps the event loop for itself, in ms; one value that takes longer still does. */
const TURN_MS = 3;

/** Settles when the last of those who wait for a turn has got it. */
let lastTurn: Promise<unknown> = Promise.resolve();

/** Waits for an iteration of the event loop in which no other batch has had a turn: batches of all partitions stand in one line. */
const nextTurn = (): Promise<unknown> => {
  lastTurn = lastTurn.then(() => nextIteration());
  return lastTurn;
};

/**
 * Maps values one by one and in order, but lets the event loop turn in between: an edge in the same process answers meanwhile,
 * whatever the batches of all partitions cost.
 */
export const mapYielding = async <In, Out>(values: readonly In[], map: (value: In) => Out): Promise<Out[]> => {
  const mapped: Out[] = [];
  let turnEndsAt = 0;
  for (const value of values) {
    if (performance.now() >= turnEndsAt) {
      await nextTurn();
      turnEndsAt = performance.now() + TURN_MS;
    }
    mapped.push(map(value));
  }
  return mapped;
};
