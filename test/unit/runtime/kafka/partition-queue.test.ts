import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { RetryableError } from '../../../../services/runtime/errors.ts';
import { InFlightBytes } from '../../../../services/runtime/log/kafka/in-flight-bytes.ts';
import { PartitionQueue } from '../../../../services/runtime/log/kafka/partition-queue.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const LINGER_MS = 10;
const DEADLINE_MS = 1_000;

/** A queue, its sends so far, and a way to end the one under way. */
const start = (inFlightBytes = 1_000) => {
  const sends: string[][] = [];
  let under: PromiseWithResolvers<number> = Promise.withResolvers();
  let offset = 0;
  const bounds = { lingerMs: LINGER_MS, batchBytes: 10, deadlineMs: DEADLINE_MS };
  const queue = new PartitionQueue('topic/0', bounds, new InFlightBytes(inFlightBytes), (values) => {
    sends.push(values.map(String));
    under = Promise.withResolvers();
    return under.promise;
  });
  const append = (...texts: string[]) => {
    const result = queue.append(texts.map(Buffer.from));
    result.catch(() => undefined);
    return result;
  };
  const acknowledge = async (): Promise<void> => {
    under.resolve(offset);
    offset += sends.at(-1)?.length ?? 0;
    await vi.advanceTimersByTimeAsync(0);
  };
  const fail = async (error: Error): Promise<void> => {
    under.reject(error);
    await vi.advanceTimersByTimeAsync(0);
  };
  return { queue, sends, append, acknowledge, fail };
};

test('appends are gathered for the linger and sent together, each resolving with its first offset', async () => {
  const { sends, append, acknowledge } = start();
  const results = [append('a', 'b'), append('c')];
  await vi.advanceTimersByTimeAsync(LINGER_MS - 1);
  expect(sends).toEqual([]);
  await vi.advanceTimersByTimeAsync(1);
  expect(sends).toEqual([['a', 'b', 'c']]);
  await acknowledge();
  expect(await Promise.all(results)).toEqual([0, 2]);
});

test('one send is under way at a time', async () => {
  const { sends, append, acknowledge } = start();
  void append('a');
  await vi.advanceTimersByTimeAsync(LINGER_MS);
  void append('b');
  await vi.advanceTimersByTimeAsync(5 * LINGER_MS);
  expect(sends).toEqual([['a']]);
  await acknowledge();
  expect(sends).toEqual([['a'], ['b']]);
});

test('a full send does not wait', () => {
  const { sends, append } = start();
  void append('0123456789');
  expect(sends).toEqual([['0123456789']]);
});

test('an append larger than a send takes several, and ends with the last', async () => {
  const { sends, append, acknowledge } = start();
  const large = append('01234', '56789', 'abcde');
  const behind = append('f');
  expect(sends).toEqual([['01234', '56789']]);
  let ended = false;
  void large.then(() => {
    ended = true;
  });
  await acknowledge();
  expect(ended).toBe(false);
  expect(sends.at(-1)).toEqual(['abcde', 'f']);
  await acknowledge();
  expect(await Promise.all([large, behind])).toEqual([0, 3]);
});

test('at most a thousand values go into one send', async () => {
  const { sends, append } = start(100_000);
  void append(...Array<string>(1_500).fill(''));
  expect(sends[0]).toHaveLength(1_000);
});

test('a failed send fails its appends and no others', async () => {
  const { sends, append, acknowledge, fail } = start();
  const first = append('0123456789');
  const second = append('b');
  await fail(new RetryableError('away'));
  await expect(first).rejects.toThrow('away');
  await vi.advanceTimersByTimeAsync(LINGER_MS);
  expect(sends).toEqual([['0123456789'], ['b']]);
  await acknowledge();
  expect(await second).toBe(0);
});

test('after the deadline the outcome is unknown; what was not sent by then never is, and the send under way stays the only one', async () => {
  const { sends, append, acknowledge } = start();
  const stuck = append('0123456789');
  const waiting = append('b');
  await vi.advanceTimersByTimeAsync(DEADLINE_MS);
  await expect(stuck).rejects.toThrow(RetryableError);
  await expect(waiting).rejects.toThrow(RetryableError);
  void append('c');
  await vi.advanceTimersByTimeAsync(LINGER_MS);
  expect(sends).toEqual([['0123456789']]);
  await acknowledge();
  expect(sends).toEqual([['0123456789'], ['c']]);
});

test('what would be too much in flight is refused at once, until there is room again', async () => {
  const { append, acknowledge } = start(15);
  const first = append('0123456789');
  await expect(append('0123456789')).rejects.toThrow(RetryableError);
  await acknowledge();
  await first;
  void append('0123456789');
  await acknowledge();
});

test('something larger than all that may be in flight goes alone', async () => {
  const { sends, append } = start(5);
  void append('0123456789');
  expect(sends).toHaveLength(1);
  await expect(append('a')).rejects.toThrow(RetryableError);
});

test('draining does not linger, and waits for what is under way', async () => {
  const { queue, sends, append, acknowledge } = start();
  const appended = append('a');
  const draining = queue.drain();
  expect(sends).toEqual([['a']]);
  await acknowledge();
  await draining;
  expect(await appended).toBe(0);
});
