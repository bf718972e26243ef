import { setTimeout as sleep } from 'node:timers/promises';
import { TOPICS } from '../../../schemas/topics/topics.ts';
import { PermanentError, RetryableError } from '../../runtime/errors.ts';
import type { EventLog } from '../../runtime/log/event-log.ts';
import type { Logger } from '../../runtime/logger.ts';
import type { Metrics } from '../../runtime/metrics.ts';
import { codeOf } from '../../runtime/network-errors.ts';
import { retrying } from '../../runtime/retry.ts';
import type { PartitionSpool } from './partition-spool.ts';
import type { Spool } from './spool.ts';

/** Time between two looks at an empty spool. */
const LOOK_MS = 250;

/** Reports and bytes in one append to a partition, at most: as much as the log sends at once, so that new reports get a turn. */
const BATCH_RECORDS = 500;
const BATCH_BYTES = 1024 * 1024;

/** Time between two looks for damaged parts that are too old. */
const SWEEP_EVERY_MS = 3_600_000;

/** How long an append under way may go on after the signal to stop: an acknowledgement saves a repetition. */
const STOP_TIMEOUT_MS = 2_000;

/** What draining works with. */
export interface DrainParts {
  readonly spool: Spool;
  readonly log: Pick<EventLog, 'append'>;
  readonly logger: Logger;
  readonly metrics: Pick<Metrics, 'spoolExpired'>;
  /** What has been in the spool for longer is removed, in ms. */
  readonly maxAgeMs: number;
}

/** Waits for `work`, but not much longer than until `signal` aborts. */
const unlessStopped = async <T>(signal: AbortSignal, work: Promise<T>): Promise<T> => {
  const ended = new AbortController();
  const stopped = new Promise<never>((_, reject) => {
    const stop = (): void => {
      const timer = setTimeout(() => reject(new RetryableError('the drainer was stopped')), STOP_TIMEOUT_MS);
      ended.signal.addEventListener('abort', () => clearTimeout(timer));
    };
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { signal: ended.signal });
  });
  return Promise.race([work, stopped]).finally(() => ended.abort());
};

/** Drains a partition until nothing is left; the first append is of one report, which tells whether the log takes any. */
const drainPartition = async (
  { log, logger, metrics, maxAgeMs }: DrainParts,
  partition: number,
  spool: PartitionSpool,
  signal: AbortSignal,
): Promise<void> => {
  const onUnreadable = (error: unknown): void =>
    logger.error({ err: error, partition }, 'a part of the spool is damaged: it is set aside as *.unreadable');
  for (let records = 1; !signal.aborted; records = BATCH_RECORDS) {
    const batch = await spool.next(records, BATCH_BYTES, onUnreadable);
    if (batch === undefined) return;
    const areElsewhere = await spool.areElsewhere(batch);
    const waiting = batch.records.filter((_, index) => !areElsewhere[index]);
    const keptFromMs = Date.now() - maxAgeMs;
    const values = waiting.filter(({ spooledAtMs }) => spooledAtMs >= keptFromMs).map(({ value }) => value);
    const expired = waiting.length - values.length;
    if (expired > 0) {
      metrics.spoolExpired.inc(expired);
      logger.error({ partition, expired, maxAgeMs }, 'reports are too old for the log, and are removed from the spool');
    }
    if (values.length > 0) await log.append(TOPICS.raw.name, partition, values);
    await spool.drained(batch);
  }
};

/** @throws RetryableError when a partition could not be drained; the others have been. */
const drainAll = async (parts: DrainParts, signal: AbortSignal): Promise<void> => {
  const { partitions } = parts.spool;
  const results = await Promise.allSettled(
    partitions.map((spool, partition) => drainPartition(parts, partition, spool, signal)),
  );
  const failure: unknown = results.find((result) => result.status === 'rejected')?.reason;
  // Such as a login that Kafka refuses, or a disk in trouble: the reports stay where they are until somebody has mended that.
  if (failure instanceof PermanentError || (failure instanceof Error && codeOf(failure) !== undefined)) {
    throw new RetryableError(failure.message, { cause: failure });
  }
  if (failure !== undefined) throw failure;
};

/**
 * Brings what is spooled to the log until `signal` aborts: each partition in order, all of them at the same time. A report
 * leaves the spool after the log has acknowledged it; one whose append has an unknown outcome is appended again, with the same
 * bytes to the same partition. What is too old is removed, whether the log takes reports or not.
 */
export const drainSpool = async (parts: DrainParts, signal: AbortSignal): Promise<void> => {
  const { spool, logger } = parts;
  let sweepAtMs = 0;
  while (!signal.aborted) {
    try {
      if (Date.now() >= sweepAtMs) {
        await spool.removeSetAside(Date.now() - parts.maxAgeMs);
        sweepAtMs = Date.now() + SWEEP_EVERY_MS;
      }
      if (spool.depth === 0) await sleep(LOOK_MS, undefined, { signal });
      else await retrying({ signal, logger, stage: 'spool' }, () => unlessStopped(signal, drainAll(parts, signal)));
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }
};
