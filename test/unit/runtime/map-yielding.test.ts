import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { mapYielding } from '../../../services/runtime/map-yielding.ts';

/** Keeps the processor busy for longer than a turn. */
const dawdle = (): void => {
  for (const end = performance.now() + 15; performance.now() < end; );
};

test('gives what each value maps to, in order', async () => {
  expect(await mapYielding([1, 2, 3], (value) => value * 2)).toEqual([2, 4, 6]);
  expect(await mapYielding([], () => 1)).toEqual([]);
});

test('lets others have their turn between two values that take long', async () => {
  const order: string[] = [];
  const mapping = mapYielding(['first', 'second', 'third'], (value) => {
    dawdle();
    order.push(value);
  });
  const other = nextTurn().then(() => order.push('other'));
  await Promise.all([mapping, other]);
  expect(order.indexOf('other')).toBeLessThan(order.indexOf('third'));
});

test('batches that are mapped at the same time share the turns: no two have one in the same iteration of the loop', async () => {
  let iteration = 0;
  let isOver = false;
  const count = (): void => {
    iteration += 1;
    if (!isOver) setImmediate(count);
  };
  setImmediate(count);
  const iterations: number[] = [];
  const map = (): void => {
    dawdle();
    iterations.push(iteration);
  };
  await Promise.all([mapYielding([1, 2], map), mapYielding([1, 2], map), mapYielding([1, 2], map)]);
  isOver = true;
  expect(new Set(iterations).size).toBe(6);
});

test('throws what mapping a value throws', async () => {
  const fail = () => {
    throw new Error('no');
  };
  await expect(mapYielding([1], fail)).rejects.toThrow('no');
});
