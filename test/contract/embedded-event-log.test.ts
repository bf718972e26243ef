import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { RetryableError } from '../../services/runtime/errors.ts';
import { EmbeddedLog } from '../../services/runtime/log/embedded.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { describeEventLog } from './event-log.ts';

const HOUR_MS = 3_600_000;

const TOPICS = [
  { name: 'incoming', consumer: 'first-stage', replayMs: HOUR_MS },
  { name: 'outgoing', consumer: 'second-stage', replayMs: HOUR_MS },
] as const;

const ROOMY = 1024 ** 3;

const openIn = (folder: string, maxBytes = ROOMY): EmbeddedLog =>
  new EmbeddedLog({
    path: join(folder, 'log'),
    partitions: 2,
    topics: TOPICS,
    maxBytes,
    onSweepError: (error) => Promise.reject(error),
  });

describeEventLog('the embedded log', async () => {
  const folder = await temporaryFolder();
  return { topic: TOPICS[0].name, group: TOPICS[0].consumer, open: async () => openIn(folder) };
});

const KILOBYTE = Buffer.alloc(1_024, 'x');

const commit = async (log: EmbeddedLog, nextOffset: number): Promise<void> => {
  const stop = new AbortController();
  await log.consume(TOPICS[0].name, TOPICS[0].consumer, stop.signal, async (owned) => {
    if (owned.partition === 0) await owned.commit(nextOffset);
    stop.abort();
  });
};

/** The offset and text of all records that a reader gets from the first partition; none when it would have to wait. */
const readAll = async (log: EmbeddedLog, count: number): Promise<(readonly [number, string])[]> => {
  const stop = new AbortController();
  const found: (readonly [number, string])[] = [];
  await log.consume(TOPICS[0].name, TOPICS[0].consumer, stop.signal, async (owned) => {
    if (owned.partition !== 0) return;
    while (found.length < count) {
      const records = (await owned.next({ records: 100, bytes: ROOMY })) ?? [];
      found.push(...records.map(({ offset, value }) => [offset, value.toString()] as const));
    }
    stop.abort();
  });
  return found;
};

/** Lets the log sweep once, at a time of the test's own. */
const sweepAt = async (folder: string, maxBytes: number, timeMs: number): Promise<void> => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'Date'], now: timeMs });
  onTestFinished(() => {
    vi.useRealTimers();
  });
  const log = openIn(folder, maxBytes);
  vi.advanceTimersToNextTimer();
  await log.close();
  vi.useRealTimers();
};

test('a full log refuses what comes in and lets the rest go on, so that it can empty itself', async () => {
  const folder = await temporaryFolder();
  const filling = openIn(folder);
  await filling.append('incoming', 0, Array(100).fill(KILOBYTE));
  await filling.close();

  const full = openIn(folder, 50 * KILOBYTE.length);
  onTestFinished(() => full.close());
  await expect(full.append('incoming', 1, [KILOBYTE])).rejects.toThrow(RetryableError);
  expect(await full.append('outgoing', 1, [KILOBYTE])).toBe(0);
  expect((await readAll(full, 100)).length).toBe(100);
});

test('a full log takes reports again when what was read has been removed', async () => {
  const folder = await temporaryFolder();
  const maxBytes = 50 * KILOBYTE.length;
  const filling = openIn(folder);
  await filling.append('incoming', 0, Array(100).fill(KILOBYTE));
  await commit(filling, 100);
  await filling.close();
  await sweepAt(folder, maxBytes, Date.now());

  const emptied = openIn(folder, maxBytes);
  onTestFinished(() => emptied.close());
  expect(await emptied.append('incoming', 0, [KILOBYTE])).toBe(100);
});

test.each([
  ['as long as the time for replays has not passed', 0, [0, 1, 2]],
  ['when it has', HOUR_MS, [2]],
] as const)('what was committed stays %s', async (_when, laterMs, offsets) => {
  const folder = await temporaryFolder();
  const before = openIn(folder);
  await before.append('incoming', 0, ['a', 'b', 'never read'].map(Buffer.from));
  await commit(before, 2);
  await before.close();
  await sweepAt(folder, ROOMY, Date.now() + laterMs);

  const after = openIn(folder);
  onTestFinished(() => after.close());
  await commit(after, 0);
  expect((await readAll(after, offsets.length)).map(([offset]) => offset)).toEqual(offsets);
});

test('what was never read outlives every bound of time and size', async () => {
  const folder = await temporaryFolder();
  const before = openIn(folder);
  await before.append('incoming', 0, [Buffer.from('never read')]);
  await before.close();
  await sweepAt(folder, 1, Date.now() + 1_000 * HOUR_MS);

  const after = openIn(folder);
  onTestFinished(() => after.close());
  expect(await readAll(after, 1)).toEqual([[0, 'never read']]);
});

test('offsets are not given out again after everything was removed', async () => {
  const folder = await temporaryFolder();
  const before = openIn(folder);
  await before.append('incoming', 0, ['a', 'b', 'c'].map(Buffer.from));
  await commit(before, 3);
  await before.close();
  await sweepAt(folder, ROOMY, Date.now() + 2 * HOUR_MS);

  const after = openIn(folder);
  onTestFinished(() => after.close());
  expect(await after.append('incoming', 0, [Buffer.from('d')])).toBe(3);
  await commit(after, 0);
  expect(await readAll(after, 1)).toEqual([[3, 'd']]);
});

test('an unknown topic or partition is a bug of the caller', async () => {
  const log = openIn(await temporaryFolder());
  onTestFinished(() => log.close());
  await expect(log.append('incoming', 2, [KILOBYTE])).rejects.toThrow('the log has no incoming/2');
  await expect(log.append('nowhere', 0, [KILOBYTE])).rejects.toThrow('the log has no nowhere/0');
});
