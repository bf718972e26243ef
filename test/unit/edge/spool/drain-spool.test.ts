import { readdir, utimes, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { TOPICS } from '../../../../schemas/topics/topics.ts';
import { drainSpool } from '../../../../services/edge/spool/drain-spool.ts';
import { SET_ASIDE } from '../../../../services/edge/spool/segment.ts';
import type { Spool } from '../../../../services/edge/spool/spool.ts';
import { PermanentError, RetryableError } from '../../../../services/runtime/errors.ts';
import { EmbeddedLog } from '../../../../services/runtime/log/embedded.ts';
import type { EventLog } from '../../../../services/runtime/log/event-log.ts';
import { createMetrics } from '../../../../services/runtime/metrics.ts';
import { eventually } from '../../../support/eventually.ts';
import { collectLogLines } from '../../../support/log-lines.ts';
import { openSpool } from '../../../support/spool.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

const { raw } = TOPICS;

type Append = EventLog['append'];

const A_WEEK_MS = 7 * 24 * 3_600_000;

/** A log, the spool in front of it, and a drainer whose appends go through `decorate`. */
const start = async (decorate: (append: Append) => Append, maxAgeMs = A_WEEK_MS) => {
  const metrics = createMetrics();
  const folder = await temporaryFolder();
  const spoolFolder = await temporaryFolder();
  const spool = await openSpool(spoolFolder);
  const log = new EmbeddedLog({
    path: join(folder, 'log'),
    partitions: 2,
    topics: [raw],
    maxBytes: 1024 ** 3,
    onSweepError: (error) => Promise.reject(error),
  });
  const { logger, lines } = collectLogLines();
  const stop = new AbortController();
  const run = (): Promise<void> =>
    drainSpool({ spool, log: { append: decorate(log.append.bind(log)) }, logger, metrics, maxAgeMs }, stop.signal);
  onTestFinished(async () => {
    stop.abort();
    await log.close();
  });
  return { spool, spoolFolder, log, lines, metrics, stop, run };
};

const spoolTexts = async (spool: Spool, partition: number, count: number): Promise<readonly string[]> => {
  const texts = Array.from({ length: count }, (_, index) => `${partition}/${index}`);
  await Promise.all(texts.map((text) => spool.append(partition, Buffer.from(text))));
  return texts;
};

/** What a partition of the log holds. */
const readLog = async (log: EventLog, partition: number, count: number): Promise<readonly string[]> => {
  const texts: string[] = [];
  const stop = new AbortController();
  await log.consume(raw.name, 'reader', stop.signal, async (owned) => {
    while (owned.partition === partition && texts.length < count) {
      const records = (await owned.next({ records: 1_000, bytes: 10_000_000 })) ?? [];
      texts.push(...records.map(({ value }) => value.toString()));
    }
    if (owned.partition === partition) stop.abort();
  });
  return texts;
};

const untilEmpty = (spool: Spool): Promise<true> =>
  eventually('the spool to be empty', 20_000, () => spool.depth === 0 || undefined);

test('every partition is brought to the log in order, also what comes while it is drained', async () => {
  const { spool, log, stop, run } = await start((append) => append);
  const early = [await spoolTexts(spool, 0, 1_200), await spoolTexts(spool, 1, 3)];
  const draining = run();
  const late = await spoolTexts(spool, 0, 100);
  await untilEmpty(spool);
  stop.abort();
  await draining;
  expect(await readLog(log, 0, 1_300)).toEqual([...(early[0] ?? []), ...late]);
  expect(await readLog(log, 1, 3)).toEqual(early[1]);
});

test('a log that is away is asked with one report, and is told of once', async () => {
  const asked: number[] = [];
  const { spool, log, lines, run } = await start((append) => async (topic, partition, values) => {
    asked.push(values.length);
    if (asked.length <= 3) throw new RetryableError('Kafka is away');
    return append(topic, partition, values);
  });
  const texts = await spoolTexts(spool, 0, 50);
  void run();
  await untilEmpty(spool);
  expect(asked).toEqual([1, 1, 1, 1, 49]);
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatchObject({ stage: 'spool', error: 'Kafka is away' });
  expect(await readLog(log, 0, 50)).toEqual(texts);
});

test('a partition that the log does not take does not hold up the others', async () => {
  const { spool, log, run } = await start((append) => async (topic, partition, values) => {
    if (partition === 0) throw new RetryableError('no leader');
    return append(topic, partition, values);
  });
  await spoolTexts(spool, 0, 2);
  const texts = await spoolTexts(spool, 1, 700);
  void run();
  await eventually('the other partition', 20_000, () => spool.of(1).depth === 0 || undefined);
  expect(await readLog(log, 1, 700)).toEqual(texts);
  expect(spool.of(0).depth).toBe(2);
});

test('what has been in the spool for too long is removed and counted, also while the log is away', async () => {
  const isAway = async (): Promise<never> => {
    throw new RetryableError('Kafka is away');
  };
  const { spool, lines, metrics, run } = await start(() => isAway, 500);
  await spoolTexts(spool, 0, 20);
  void run();
  await untilEmpty(spool);
  expect((await metrics.spoolExpired.get()).values).toMatchObject([{ value: 20 }]);
  expect(lines).toContainEqual(expect.objectContaining({ level: 50, partition: 0 }));
});

test('a damaged part of the spool is removed after the same time, and not before', async () => {
  const { spoolFolder, stop, run } = await start((append) => append);
  const folder = join(spoolFolder, '0');
  const [old, young] = ['1.segment', '2.segment'].map((name) => join(folder, name + SET_ASIDE));
  for (const path of [old, young]) await writeFile(path ?? '', 'damaged');
  const longAgo = (Date.now() - A_WEEK_MS) / 1_000 - 60;
  await utimes(old ?? '', longAgo, longAgo);
  void run();
  await eventually('the end of the old one', 10_000, async () => (await readdir(folder)).length === 1 || undefined);
  expect(await readdir(folder)).toEqual([basename(young ?? '')]);
  stop.abort();
});

test('a report is in the spool until the log has acknowledged it', async () => {
  const acknowledged = Promise.withResolvers<void>();
  const asked = Promise.withResolvers<void>();
  const { spool, run } = await start((append) => async (topic, partition, values) => {
    asked.resolve();
    await acknowledged.promise;
    return append(topic, partition, values);
  });
  await spoolTexts(spool, 0, 1);
  void run();
  await asked.promise;
  expect(spool.depth).toBe(1);
  acknowledged.resolve();
  await untilEmpty(spool);
});

test('a report whose first append was acknowledged late is not appended again', async () => {
  const { spool, log, run } = await start((append) => append);
  const late = Promise.withResolvers<boolean>();
  const failed = Promise.withResolvers<boolean>();
  await spool.append(0, Buffer.from('is in the log'), late.promise);
  await spool.append(0, Buffer.from('is not'), failed.promise);
  void run();
  late.resolve(true);
  failed.resolve(false);
  await untilEmpty(spool);
  expect(await log.lag(raw.name, 'reader')).toBe(1);
  expect(await readLog(log, 0, 1)).toEqual(['is not']);
});

test('reports stay in the spool while Kafka refuses them for good', async () => {
  const { spool, lines, run } = await start(() => async () => {
    throw new PermanentError('the login is refused');
  });
  await spoolTexts(spool, 0, 1);
  void run();
  await eventually('a line', 10_000, () => lines[0]);
  expect(lines[0]).toMatchObject({ level: 40, error: 'the login is refused' });
  expect(spool.depth).toBe(1);
});

test('a mistake of ours ends the drainer', async () => {
  const { spool, run } = await start(() => async () => {
    throw new TypeError('a mistake');
  });
  await spoolTexts(spool, 0, 1);
  await expect(run()).rejects.toThrow(TypeError);
});

test('a stop does not wait for an append that does not end', async () => {
  const asked = Promise.withResolvers<void>();
  const { spool, stop, run } = await start(() => () => {
    asked.resolve();
    return new Promise(() => undefined);
  });
  await spoolTexts(spool, 0, 1);
  const draining = run();
  await asked.promise;
  stop.abort();
  await draining;
  expect(spool.depth).toBe(1);
});
