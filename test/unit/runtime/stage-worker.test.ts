import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { RetryableError } from '../../../services/runtime/errors.ts';
import { EmbeddedLog } from '../../../services/runtime/log/embedded.ts';
import type { EventLog } from '../../../services/runtime/log/event-log.ts';
import { createLogger } from '../../../services/runtime/logger.ts';
import { createMetrics } from '../../../services/runtime/metrics.ts';
import { type BatchStage, runStage } from '../../../services/runtime/stage-worker.ts';
import { useFakeTimers } from '../../support/fake-timers.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const TOPICS = [
  { name: 'in', consumer: 'shouter', replayMs: 0 },
  { name: 'out', consumer: 'nobody', replayMs: 0 },
] as const;

/** Runs a stage over what is in the log and notes what it does, until three batches or an error have ended it. */
const start = async (texts: readonly string[], appendFailures: readonly Error[] = []) => {
  const log = new EmbeddedLog({
    path: join(await temporaryFolder(), 'log'),
    partitions: 1,
    topics: TOPICS,
    maxBytes: 1024 ** 3,
    onSweepError: (error) => Promise.reject(error),
  });
  onTestFinished(() => log.close());
  await log.append('in', 0, texts.map(Buffer.from));
  const effects: string[] = [];
  const failures = [...appendFailures];
  const noting: EventLog = {
    generation: log.generation,
    lag: log.lag.bind(log),
    ranges: log.ranges.bind(log),
    read: log.read.bind(log),
    progress: log.progress.bind(log),
    close: () => log.close(),
    append: async (topic, partition, values) => {
      const failure = failures.shift();
      effects.push(`${failure ? 'failed to write' : 'wrote'} ${values.join(' ')}`);
      if (failure) throw failure;
      return log.append(topic, partition, values);
    },
    consume: (topic, group, signal, work) =>
      log.consume(topic, group, signal, (owned) =>
        work({
          ...owned,
          commit: async (nextOffset) => {
            effects.push(`committed ${nextOffset}`);
            await owned.commit(nextOffset);
          },
        }),
      ),
  };
  const options = {
    stage: 'shouter',
    from: 'in',
    to: 'out',
    bounds: { records: 2, bytes: 1_000 },
    log: noting,
    metrics: createMetrics(),
    logger: createLogger('silent'),
    brake: { BRAKE_MAX_FAULT_PERCENT: 20, BRAKE_MAX_CONSECUTIVE_FAULTS: 1_000 },
  };
  const run = async (stage: BatchStage): Promise<void> => {
    const stop = new AbortController();
    const running = runStage(options, stop.signal, stage);
    const done = vi.waitUntil(async () => (await log.lag('in', 'shouter')) === 0);
    await Promise.race([running, done.catch(() => undefined)]);
    stop.abort();
    await running;
  };
  return { effects, run };
};

const shout: BatchStage = async (_partition, records) =>
  records.map(({ value }) => Buffer.from(value.toString().toUpperCase()));

test('a batch is committed after everything that follows from it is durable, and before the next one', async () => {
  const { effects, run } = await start(['a', 'b', 'c']);
  await run(shout);
  expect(effects).toEqual(['wrote A B', 'committed 2', 'wrote C', 'committed 3']);
});

test('a batch without consequences is committed all the same', async () => {
  const { effects, run } = await start(['a']);
  await run(async () => []);
  expect(effects.at(-1)).toBe('committed 1');
});

test('a write that fails for a while is tried again, and nothing is committed until then', async () => {
  useFakeTimers();
  const away = new RetryableError('the log is away');
  const { effects, run } = await start(['a'], [away, away]);
  const running = run(shout);
  await vi.advanceTimersByTimeAsync(10_000);
  await running;
  expect(effects).toEqual(['failed to write A', 'failed to write A', 'wrote A', 'committed 1']);
});

test.each([
  ['the stage', [], async () => Promise.reject(new TypeError('a bug'))],
  ['the log', [new TypeError('a bug')], shout],
] as const)('a bug of %s ends the worker without a commit', async (_whose, failures, stage) => {
  const { effects, run } = await start(['a'], failures);
  await expect(run(stage)).rejects.toThrow('a bug');
  expect(effects.filter((effect) => effect.startsWith('committed'))).toEqual([]);
});
