import { describe, expect, test, vi } from 'vitest';
import { Gathering, type GatheringBounds } from '../../../services/sink/gathering.ts';
import type { RowsMessage } from '../../../services/sink/rows-message.ts';
import { useFakeTimers } from '../../support/fake-timers.ts';
import { formatOf, messageOf } from '../../support/rows.ts';

const NEVER = new AbortController().signal;
const BOUNDS: GatheringBounds = { intervalMs: 1_000, rows: 10, bytes: 1_000_000 };
const MESSAGE = messageOf([0]);

const rowsOf = (count: number): RowsMessage => messageOf(Array.from({ length: count }, (_, offset) => offset));

/** A gathering on a clock of the test's own, and whether it is due or has room. */
const start = (bounds: Partial<GatheringBounds> = {}) => {
  useFakeTimers();
  const gathering = new Gathering<string>({ ...BOUNDS, ...bounds });
  const watch = (promise: Promise<void>) => {
    const watched = { isDone: false };
    void promise.then(() => {
      watched.isDone = true;
    });
    return {
      after: async (ms: number): Promise<boolean> => {
        await vi.advanceTimersByTimeAsync(ms);
        return watched.isDone;
      },
    };
  };
  return {
    gathering,
    due: (signal = NEVER) => watch(gathering.due(signal)),
    room: () => watch(gathering.room(NEVER)),
    settled: (source: string, signal = NEVER) => watch(gathering.settled(source, signal)),
  };
};

describe('what was gathered is due', () => {
  test('never when there is nothing', async () => {
    const { due } = start();
    expect(await due().after(100_000)).toBe(false);
  });

  test('at once after a pause', async () => {
    const { gathering, due } = start();
    const waiting = due();
    expect(await waiting.after(5_000)).toBe(false);
    gathering.add('source', [MESSAGE], 1);
    expect(await waiting.after(0)).toBe(true);
  });

  test('an interval after the last time under load', async () => {
    const { gathering, due } = start();
    gathering.add('source', [MESSAGE], 1);
    gathering.take();
    gathering.add('source', [MESSAGE], 2);
    const waiting = due();
    expect(await waiting.after(500)).toBe(false);
    gathering.add('source', [MESSAGE], 3);
    expect(await waiting.after(499)).toBe(false);
    expect(await waiting.after(1)).toBe(true);
  });

  test.each([
    ['rows', { rows: 10 }],
    ['bytes', { bytes: 5 * MESSAGE.items.length }],
  ])('before the interval has passed when the bound of %s is reached', async (_bound, bounds) => {
    const { gathering, due } = start(bounds);
    gathering.take();
    gathering.add('source', [rowsOf(4)], 1);
    const waiting = due();
    expect(await waiting.after(10)).toBe(false);
    gathering.add('other', [rowsOf(6)], 1);
    expect(await waiting.after(0)).toBe(true);
  });

  test('also when it is a position only: skipped messages are committed', async () => {
    const { gathering, due } = start();
    gathering.add('source', [], 7);
    expect(await due().after(0)).toBe(true);
    expect([...gathering.take().positions]).toEqual([['source', 7]]);
  });

  test.each([
    ['there is nothing', 0],
    ['the interval has not passed', 1],
  ])('when the signal aborts, although %s', async (_state, messages) => {
    const { gathering, due } = start();
    gathering.take();
    if (messages > 0) gathering.add('source', [MESSAGE], 1);
    const stop = new AbortController();
    const waiting = due(stop.signal);
    expect(await waiting.after(10)).toBe(false);
    stop.abort();
    expect(await waiting.after(0)).toBe(true);
  });
});

describe('room', () => {
  test.each([
    ['rows', { rows: 10 }],
    ['bytes', { bytes: 10 * MESSAGE.items.length }],
  ])('is there until the bound of %s is reached, and again when what was gathered is taken', async (_bound, bounds) => {
    const { gathering, room } = start({ rows: 1_000, ...bounds });
    gathering.add('source', [rowsOf(9)], 1);
    expect(await room().after(0)).toBe(true);
    gathering.add('source', [rowsOf(1)], 2);
    const waiting = room();
    expect(await waiting.after(100_000)).toBe(false);
    gathering.take();
    expect(await waiting.after(0)).toBe(true);
  });

  test('is counted in rows per block, in bytes over all of them', async () => {
    const { gathering, room } = start();
    const otherMonth = messageOf([0, 1, 2, 3, 4, 5], { month: 202612 });
    gathering.add('source', [rowsOf(6), otherMonth], 1);
    expect(await room().after(0)).toBe(true);

    const bytes = start({ bytes: 12 * MESSAGE.items.length });
    bytes.gathering.add('source', [rowsOf(6), otherMonth], 1);
    expect(await bytes.room().after(0)).toBe(false);
  });
});

describe('a source whose ownership ends is settled', () => {
  test('at once when it has added nothing', async () => {
    const { gathering, settled } = start();
    gathering.add('other', [MESSAGE], 1);
    expect(await settled('source').after(0)).toBe(true);
  });

  test('not before what it has added is stored, which is then due at once', async () => {
    const { gathering, due, settled } = start();
    gathering.take();
    gathering.add('source', [MESSAGE], 1);
    const waiting = settled('source');
    expect(await due().after(0)).toBe(true);
    gathering.take();
    expect(await waiting.after(100_000)).toBe(false);
    gathering.stored();
    expect(await waiting.after(0)).toBe(true);
  });

  test('when nothing is stored any more', async () => {
    const { gathering, settled } = start();
    gathering.add('source', [MESSAGE], 1);
    const over = new AbortController();
    const waiting = settled('source', over.signal);
    expect(await waiting.after(100_000)).toBe(false);
    over.abort();
    expect(await waiting.after(0)).toBe(true);
  });
});

describe('taking', () => {
  test('gives one block per schema and month, over all sources, and how far each source has come', () => {
    const { gathering } = start();
    const users = { ...messageOf([1]), format: formatOf('tiny_users', 8) };
    gathering.add('one', [messageOf([0, 1]), users], 5);
    gathering.add('other', [messageOf([0], { partition: 4 }), messageOf([1], { month: 202612 })], 6);
    gathering.add('one', [messageOf([2])], 7);
    const { blocks, positions } = gathering.take();
    expect(blocks.map(({ format, month, rows, partitions }) => [format.table, month, rows, [...partitions]])).toEqual([
      ['tiny_reports', 202611, 4, [3, 4]],
      ['tiny_users', 202611, 1, [3]],
      ['tiny_reports', 202612, 1, [3]],
    ]);
    expect([...positions]).toEqual([
      ['one', 7],
      ['other', 6],
    ]);
    const [first] = blocks;
    expect(Buffer.concat(first?.items ?? []).equals(messageOf([0, 1, 0, 2]).items)).toBe(true);
    expect(first?.bytes).toBe(messageOf([0, 1, 0, 2]).items.length);
  });

  test('starts anew', () => {
    const { gathering } = start();
    gathering.add('source', [MESSAGE], 1);
    gathering.take();
    const { blocks, positions } = gathering.take();
    expect([blocks, [...positions]]).toEqual([[], []]);
  });
});
