import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { EventLog, LogRecord, OwnedPartition, ReadBounds } from '../../services/runtime/log/event-log.ts';

/** A log of a test's own, and what the suite may use of it. */
export interface EventLogUnderTest {
  /** A topic with two partitions that nobody else uses. */
  readonly topic: string;
  /** The group that reads it. */
  readonly group: string;
  /** Opens the log, the same one every time; closed by whoever opened it. */
  open(): Promise<EventLog>;
}

const ALL: ReadBounds = { records: 1_000, bytes: 1_000_000 };

const values = (...texts: string[]): Buffer[] => texts.map((text) => Buffer.from(text));

const textsOf = (records: readonly LogRecord[]): string[] => records.map(({ value }) => value.toString());

const offsetsOf = (records: readonly LogRecord[]): number[] => records.map(({ offset }) => offset);

/** Runs `work` as the owner of one partition and stops consuming when it is done. */
const owning = async <T>(
  log: EventLog,
  { topic, group }: EventLogUnderTest,
  partition: number,
  work: (owned: OwnedPartition) => Promise<T>,
): Promise<T> => {
  const stop = new AbortController();
  const result = Promise.withResolvers<T>();
  const consumed = log.consume(topic, group, stop.signal, async (owned) => {
    if (owned.partition === partition) result.resolve(await work(owned).finally(() => stop.abort()));
  });
  await consumed;
  return result.promise;
};

/** Reads `count` records of a partition, in as many reads as it takes. */
const readRecords = async (owned: OwnedPartition, count: number): Promise<LogRecord[]> => {
  const records: LogRecord[] = [];
  while (records.length < count) records.push(...((await owned.next(ALL)) ?? []));
  return records;
};

/** What every event log must do. `create` makes an empty one for each test. */
export const describeEventLog = (name: string, create: () => Promise<EventLogUnderTest>): void => {
  const start = async () => {
    const under = await create();
    const log = await under.open();
    onTestFinished(() => log.close());
    return { under, log, topic: under.topic, group: under.group };
  };

  /** A log that was opened, filled, closed and opened again. */
  const reopened = async (fill: (log: EventLog, under: EventLogUnderTest) => Promise<void>) => {
    const under = await create();
    const before = await under.open();
    await fill(before, under);
    await before.close();
    const log = await under.open();
    onTestFinished(() => log.close());
    return { under, log, topic: under.topic, before };
  };

  describe(`${name}: append`, () => {
    test('gives contiguous offsets and resolves with the first', async () => {
      const { log, topic } = await start();
      expect(await log.append(topic, 0, values('a', 'b', 'c'))).toBe(0);
      expect(await log.append(topic, 0, values('d'))).toBe(3);
      expect(await log.append(topic, 1, values('e'))).toBe(0);
    });

    test('goes on with the offsets after a reopen', async () => {
      const { log, topic } = await reopened(async (before, under) => {
        await before.append(under.topic, 0, values('a', 'b'));
      });
      expect(await log.append(topic, 0, values('c'))).toBe(2);
    });

    test('keeps the values of appends under way apart and each in one piece', async () => {
      const { under, log, topic } = await start();
      const firsts = await Promise.all(['a', 'b', 'c'].map((each) => log.append(topic, 0, values(each, each, each))));
      expect(firsts.toSorted((one, other) => one - other)).toEqual([0, 3, 6]);
      const texts = textsOf(await owning(log, under, 0, (owned) => readRecords(owned, 9)));
      const expected = ['a', 'b', 'c'].flatMap((each, index) => {
        const first = firsts[index] ?? Number.NaN;
        return [0, 1, 2].map((step) => [first + step, each] as const);
      });
      expect(texts).toEqual(expected.toSorted(([one], [other]) => one - other).map(([, each]) => each));
    });

    test('knows its generation again after a reopen', async () => {
      const { log, before } = await reopened(async () => undefined);
      expect(log.generation).not.toBe('');
      expect(log.generation).toBe(before.generation);
    });

    test('of another log has another generation', async () => {
      const [one, other] = [await start(), await start()];
      expect(one.log.generation).not.toBe(other.log.generation);
    });
  });

  describe(`${name}: next`, () => {
    test('gives the records of its partition in order, with their offsets', async () => {
      const { under, log, topic } = await start();
      await log.append(topic, 1, values('other'));
      await log.append(topic, 0, values('a', '', 'c'));
      const records = await owning(log, under, 0, (owned) => readRecords(owned, 3));
      expect(textsOf(records)).toEqual(['a', '', 'c']);
      expect(offsetsOf(records)).toEqual([0, 1, 2]);
    });

    test('gives the bytes as they were appended', async () => {
      const { under, log, topic } = await start();
      const bytes = Buffer.from(Array.from({ length: 100_000 }, (_, index) => index % 256));
      await log.append(topic, 0, [bytes]);
      const [record] = await owning(log, under, 0, (owned) => readRecords(owned, 1));
      expect(record?.value.equals(bytes)).toBe(true);
    });

    test.each([
      ['records', { records: 2, bytes: 1_000_000 }, [['a', 'b'], ['c']]],
      ['bytes', { records: 1_000, bytes: 1 }, [['a'], ['b'], ['c']]],
      ['nothing', { records: 1_000, bytes: 1_000_000 }, [['a', 'b', 'c']]],
    ] as const)('is bounded by %s, but gives at least one record', async (_bound, bounds, reads) => {
      const { under, log, topic } = await start();
      await log.append(topic, 0, values('a', 'b', 'c'));
      const got = await owning(log, under, 0, async (owned) => {
        const batches: string[][] = [];
        while (batches.flat().length < 3) batches.push(textsOf((await owned.next(bounds)) ?? []));
        return batches;
      });
      expect(got).toEqual(reads);
    });

    test('waits for an append', async () => {
      const { under, log, topic } = await start();
      const effects: string[] = [];
      const waiting = Promise.withResolvers<void>();
      const consumed = owning(log, under, 0, async (owned) => {
        waiting.resolve();
        effects.push(...textsOf((await owned.next(ALL)) ?? []));
      });
      await waiting.promise;
      await turn();
      effects.push('appended');
      await log.append(topic, 0, values('a'));
      await consumed;
      expect(effects).toEqual(['appended', 'a']);
    });

    test('ends with nothing when the signal aborts while it waits', async () => {
      const { log, topic, group } = await start();
      const stop = new AbortController();
      const ends: unknown[] = [];
      const bothBegun = Promise.withResolvers<void>();
      let begun = 0;
      const consumed = log.consume(topic, group, stop.signal, async (owned) => {
        begun += 1;
        if (begun === 2) bothBegun.resolve();
        ends.push(await owned.next(ALL));
      });
      await bothBegun.promise;
      await turn();
      stop.abort();
      await consumed;
      expect(ends).toEqual([undefined, undefined]);
    });

    test('gives nothing more once the signal has aborted', async () => {
      const { log, topic, group } = await start();
      await log.append(topic, 0, values('a'));
      const stop = new AbortController();
      stop.abort();
      const ends: unknown[] = [];
      await log.consume(topic, group, stop.signal, async (owned) => {
        ends.push(await owned.next(ALL));
      });
      expect(ends.filter((end) => end !== undefined)).toEqual([]);
    });
  });

  describe(`${name}: commit`, () => {
    test('lets the next owner start there, also after a reopen', async () => {
      const { under, log } = await reopened(async (before, known) => {
        await before.append(known.topic, 0, values('a', 'b', 'c'));
        await owning(before, known, 0, async (owned) => {
          await readRecords(owned, 3);
          await owned.commit(2);
        });
      });
      const records = await owning(log, under, 0, (owned) => readRecords(owned, 1));
      expect(textsOf(records)).toEqual(['c']);
      expect(offsetsOf(records)).toEqual([2]);
    });

    test('is the only thing that counts: what was read and not committed comes again', async () => {
      const { under, log } = await reopened(async (before, known) => {
        await before.append(known.topic, 0, values('a', 'b'));
        await owning(before, known, 0, (owned) => readRecords(owned, 2));
      });
      expect(textsOf(await owning(log, under, 0, (owned) => readRecords(owned, 2)))).toEqual(['a', 'b']);
    });

    test('of one partition leaves the other where it is', async () => {
      const { under, log, topic } = await start();
      for (const partition of [0, 1]) await log.append(topic, partition, values(`first of ${partition}`, 'second'));
      await owning(log, under, 0, (owned) => owned.commit(1));
      expect(textsOf(await owning(log, under, 0, (owned) => readRecords(owned, 1)))).toEqual(['second']);
      expect(textsOf(await owning(log, under, 1, (owned) => readRecords(owned, 2)))).toEqual(['first of 1', 'second']);
    });

    test('takes what it covers out of the lag', async () => {
      const { under, log, topic, group } = await start();
      expect(await log.lag(topic, group)).toBe(0);
      await log.append(topic, 0, values('a', 'b', 'c'));
      await log.append(topic, 1, values('d'));
      expect(await log.lag(topic, group)).toBe(4);
      await owning(log, under, 0, (owned) => owned.commit(2));
      expect(await log.lag(topic, group)).toBe(2);
    });

    test('tells how far the group has come in its partition', async () => {
      const { under, log, topic, group } = await start();
      expect(await log.progress(topic, group, 0)).toEqual({ committed: 0, end: 0 });
      await log.append(topic, 0, values('a', 'b', 'c'));
      await owning(log, under, 0, (owned) => owned.commit(2));
      expect(await log.progress(topic, group, 0)).toEqual({ committed: 2, end: 3 });
      expect(await log.progress(topic, group, 1)).toEqual({ committed: 0, end: 0 });
      await expect(log.progress(topic, group, 2)).rejects.toThrow(`the log has no ${topic}/2`);
    });
  });

  describe(`${name}: read`, () => {
    test('gives records by their offsets, whoever has read them', async () => {
      const { under, log, topic } = await start();
      await log.append(topic, 1, values('a', '', 'c', 'd'));
      await owning(log, under, 1, (owned) => owned.commit(4));
      const found = await log.read(topic, 1, [3, 0, 1]);
      expect([...found].toSorted().map(([offset, value]) => [offset, value.toString()])).toEqual([
        [0, 'a'],
        [1, ''],
        [3, 'd'],
      ]);
    });

    test('leaves out what is not there', async () => {
      const { log, topic } = await start();
      await log.append(topic, 0, values('a'));
      expect([...(await log.read(topic, 0, [0, 1, 17])).keys()]).toEqual([0]);
      expect([...(await log.read(topic, 1, [0])).keys()]).toEqual([]);
    });

    test('stops at the record that brings what it has read to the bytes that are wanted', async () => {
      const { log, topic } = await start();
      await log.append(topic, 0, values('aaa', 'bbb', 'ccc'));
      expect([...(await log.read(topic, 0, [0, 1, 2], 4)).keys()]).toEqual([0, 1]);
      expect([...(await log.read(topic, 0, [0, 1, 2], 1)).keys()]).toEqual([0]);
    });

    test('knows what each partition holds', async () => {
      const { log, topic } = await start();
      await log.append(topic, 1, values('a', 'b'));
      expect(await log.ranges(topic)).toEqual([
        { start: 0, end: 0 },
        { start: 0, end: 2 },
      ]);
    });
  });

  describe(`${name}: consume`, () => {
    test('works on its partitions at the same time', async () => {
      const { log, topic, group } = await start();
      const begun = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
      const both = Promise.all(begun.map(({ promise }) => promise));
      const stop = new AbortController();
      await log.consume(topic, group, stop.signal, async ({ partition }) => {
        begun[partition]?.resolve();
        await both;
        stop.abort();
      });
      expect(stop.signal.aborted).toBe(true);
    });

    test('rejects with the first error, after the work on the others has ended', async () => {
      const { log, topic, group } = await start();
      const effects: string[] = [];
      const consumed = log.consume(topic, group, new AbortController().signal, async (owned) => {
        if (owned.partition === 0) throw new Error('partition 0 has failed');
        await owned.next(ALL);
        await turn();
        effects.push('partition 1 has ended');
        throw new Error('a later error');
      });
      await consumed.catch((error: Error) => effects.push(error.message));
      expect(effects).toEqual(['partition 1 has ended', 'partition 0 has failed']);
    });
  });
};
