import { expect, test, vi } from 'vitest';
import { TOPICS } from '../../../../schemas/topics/topics.ts';
import type { AppendRaw } from '../../../../services/edge/append-raw.ts';
import { appendOrSpool } from '../../../../services/edge/spool/append-or-spool.ts';
import { PermanentError, RetryableError } from '../../../../services/runtime/errors.ts';
import { drainTexts, openSpool } from '../../../support/spool.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

const AFTER_MS = 20;

const start = async (append: AppendRaw, maxBytes?: number) => {
  const spool = await openSpool(await temporaryFolder(), maxBytes);
  const log = vi.fn(append);
  const write = appendOrSpool(log, spool, AFTER_MS);
  return { spool, log, write: (partition: number, text: string) => write(partition, Buffer.from(text)) };
};

const away: AppendRaw = async () => {
  throw new RetryableError('Kafka is away');
};

/** Waits until the oldest report has been in the spool for longer than the deadline. */
const untilBehind = () => new Promise((resolve) => setTimeout(resolve, 2 * AFTER_MS));

test('a report that the log takes does not touch the spool', async () => {
  const { spool, write } = await start(async () => undefined);
  await write(0, 'a');
  expect(spool.bytes).toBe(0);
});

test('a report that the log refuses is in the spool when it is acknowledged', async () => {
  const { spool, write } = await start(away);
  await write(1, 'a');
  expect(await drainTexts(spool.of(1))).toEqual(['a']);
});

test('a report that the log does not acknowledge in time is in the spool when it is acknowledged', async () => {
  const { spool, write } = await start(() => new Promise(() => undefined));
  await write(1, 'a');
  expect(spool.of(1).depth).toBe(1);
});

test('a report that the log acknowledges late is known to be there', async () => {
  const acknowledged = Promise.withResolvers<number>();
  const { spool, write } = await start(() => acknowledged.promise);
  await write(0, 'a');
  const batch = await spool.of(0).next(1, 1_000, () => undefined);
  acknowledged.resolve(0);
  expect(batch && (await spool.of(0).areElsewhere(batch))).toEqual([true]);
});

test('while reports wait in the spool, those of the same partition go behind them, and no other partition is held up', async () => {
  const { spool, log, write } = await start(away);
  await write(0, 'a');
  await untilBehind();
  log.mockImplementation(async () => undefined);
  log.mockClear();
  await write(0, 'b');
  expect(log).not.toHaveBeenCalled();
  await write(1, 'x');
  expect(log).toHaveBeenCalledTimes(1);
  expect(await drainTexts(spool.of(0))).toEqual(['a', 'b']);
  await write(0, 'c');
  expect(log).toHaveBeenCalledTimes(2);
});

test('a report that fits neither the log nor the spool is not acknowledged', async () => {
  const { spool, write } = await start(away, 10);
  await expect(write(0, 'a')).rejects.toThrow(RetryableError);
  expect(spool.depth).toBe(0);
});

test('a report that no retry would bring into the log is not spooled', async () => {
  const { spool, write } = await start(async () => {
    throw new PermanentError('too large');
  });
  await expect(write(0, 'a')).rejects.toThrow(PermanentError);
  expect(spool.depth).toBe(0);
});

test('an event that is larger than its topic takes is refused, also while the log is away', async () => {
  const { spool, write } = await start(away);
  await expect(write(0, 'x'.repeat(TOPICS.raw.kafka.maxMessageBytes))).rejects.toThrow(PermanentError);
  expect(spool.depth).toBe(0);
});
