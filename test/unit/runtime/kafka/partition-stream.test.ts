import { expect, test } from 'vitest';
import { PermanentError } from '../../../../services/runtime/errors.ts';
import { PartitionStream } from '../../../../services/runtime/log/kafka/partition-stream.ts';

const BOUNDS = { records: 100, bytes: 1_000 };

/** A stream that starts at offset 10, and what it did. */
const start = () => {
  const owner = new AbortController();
  const effects: string[] = [];
  const stream = new PartitionStream(3, 10, owner.signal, async (nextOffset) => {
    effects.push(`committed ${nextOffset}`);
  });
  const take = (first: number, last: number, end = last + 1) => {
    const records = Array.from({ length: last - first + 1 }, (_, index) => ({
      offset: first + index,
      value: Buffer.from('x'),
    }));
    return stream.take({ records, end, resume: () => effects.push('resumed') });
  };
  const next = async (bounds = BOUNDS) => (await stream.next(bounds))?.map(({ offset }) => offset);
  return { stream, owner, effects, take, next };
};

test('a fetch is handed out in as many reads as asked for, and the next one is fetched when all of it was', async () => {
  const { take, next, effects } = start();
  expect(take(10, 12)).toBe('taken');
  expect(await next({ records: 2, bytes: 1_000 })).toEqual([10, 11]);
  expect(effects).toEqual([]);
  expect(await next()).toEqual([12]);
  expect(effects).toEqual(['resumed']);
});

test('a read waits for a fetch', async () => {
  const { take, next } = start();
  const reading = next();
  take(10, 10);
  expect(await reading).toEqual([10]);
});

test('what was taken before is left out', async () => {
  const { take, next } = start();
  take(10, 12);
  expect(take(11, 14)).toBe('taken');
  expect(take(10, 14)).toBe('nothing new');
  expect(await next()).toEqual([10, 11, 12, 13, 14]);
});

test('a fetch of a former owner, which starts too late, is refused', async () => {
  const { stream, take, next } = start();
  expect(take(100, 110)).toBe('gap');
  expect(stream.expected).toBe(10);
  expect(take(10, 11)).toBe('taken');
  expect(await next()).toEqual([10, 11]);
});

test('a gap that is still there when fetched again is one of the log', async () => {
  const { take, next } = start();
  expect([take(12, 13), take(12, 13)]).toEqual(['gap', 'taken after a gap']);
  expect(await next()).toEqual([12, 13]);
});

test('a log that ends before what was read is not the same log', async () => {
  const { take, next } = start();
  take(10, 12);
  await next();
  expect(take(0, 1)).toBe('nothing new');
  await expect(next()).rejects.toThrow(PermanentError);
});

test('nothing is handed out after the end of the ownership', async () => {
  const { owner, take, next } = start();
  const reading = next();
  owner.abort();
  expect(await reading).toBeUndefined();
  take(10, 10);
  expect(await next()).toBeUndefined();
});

test('commits only go forward', async () => {
  const { stream, effects } = start();
  for (const offset of [10, 12, 11, 12, 13]) await stream.commit(offset);
  expect(effects).toEqual(['committed 12', 'committed 13']);
});
