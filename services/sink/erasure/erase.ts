import { setTimeout as sleep } from 'node:timers/promises';
import type { ClickHouseClient } from '@clickhouse/client';
import { ERASURE_REQUESTS, OUTCOMES } from '../../../schemas/pipeline/tables.ts';
import { messageOf, RetryableError } from '../../runtime/errors.ts';
import type { EventLog } from '../../runtime/log/event-log.ts';
import type { Logger } from '../../runtime/logger.ts';
import type { Metrics } from '../../runtime/metrics.ts';
import type { StateStore } from '../../runtime/state/state-store.ts';
import { pipelinePassed } from './pipeline-passed.ts';
import { recordStep } from './record.ts';
import { closeRequests, readRequests } from './requests.ts';
import { type RowCounts, RowsOfInstallations } from './rows-of-installations.ts';
import { keepSuppressions, restoreSuppressions } from './suppression-list.ts';

/** What erasing takes. */
export interface EraserParts {
  readonly clickhouse: ClickHouseClient;
  readonly log: Pick<EventLog, 'progress'>;
  readonly state: StateStore;
  /** Names of all tables that rows are written to. */
  readonly tables: readonly string[];
  readonly metrics: Metrics;
  readonly logger: Logger;
}

/** Time between two looks for requests. */
const LOOK_INTERVAL_MS = 2_000;

/** Time to the next try after trouble: nobody waits for an erasure, and each failure is a log line. */
const TROUBLE_WAIT_MS = 15_000;

/** Time between two comparisons of the suppression list with its copy: so long may a lost state store let reports in. */
const RESTORE_INTERVAL_MS = 60_000;

const MS_PER_SECOND = 1_000;

const tablesIn = (counts: RowCounts): ReadonlySet<string> =>
  new Set([...counts.values()].flatMap((byTable) => Object.keys(byTable)));

/**
 * Removes what is stored of the installations that requests name; nothing when there are none. Every step can be repeated: a death
 * in between costs no more than that.
 *
 * @throws RetryableError when the log is away, Error when ClickHouse is: the requests stay open.
 */
export const eraseRequested = async (
  { clickhouse, log, tables, metrics }: Pick<EraserParts, 'clickhouse' | 'log' | 'tables' | 'metrics'>,
  signal: AbortSignal,
): Promise<void> => {
  const requests = await readRequests(clickhouse);
  metrics.oldestErasure.set((requests[0]?.requested_at ?? 0) / MS_PER_SECOND);
  if (requests.length === 0) return;
  await keepSuppressions(clickhouse, requests);
  await pipelinePassed(log, signal);
  // Outcomes name no installation, and requests go last.
  const erasable = tables.filter((table) => table !== OUTCOMES && table !== ERASURE_REQUESTS);
  const rows = new RowsOfInstallations(clickhouse, erasable, requests);
  const found = await rows.count();
  await recordStep(clickhouse, 'counted', requests, found);
  await rows.remove(tablesIn(found));
  const left = await rows.count();
  if (tablesIn(left).size > 0) throw new RetryableError('rows were stored while they were being erased');
  await recordStep(clickhouse, 'erased', requests, left);
  await closeRequests(clickhouse, requests);
};

/** Works every `intervalMs` until `signal` aborts; after trouble no sooner than in {@link TROUBLE_WAIT_MS}. */
const repeatedly = async (
  intervalMs: number,
  work: () => Promise<void>,
  { logger, signal, trouble }: { readonly logger: Logger; readonly signal: AbortSignal; readonly trouble: string },
): Promise<void> => {
  while (!signal.aborted) {
    let waitMs = intervalMs;
    try {
      await work();
    } catch (error) {
      if (!signal.aborted) logger.warn({ error: messageOf(error) }, trouble);
      waitMs = Math.max(intervalMs, TROUBLE_WAIT_MS);
    }
    await sleep(waitMs, undefined, { signal }).catch(() => undefined);
  }
};

/** Erases what is asked for, and keeps the suppression list whole, until `signal` aborts. */
export const runEraser = async ({ logger, ...parts }: EraserParts, signal: AbortSignal): Promise<void> => {
  await Promise.all([
    repeatedly(LOOK_INTERVAL_MS, () => eraseRequested(parts, signal), {
      logger,
      signal,
      trouble: 'an erasure has to be tried again',
    }),
    repeatedly(RESTORE_INTERVAL_MS, () => restoreSuppressions(parts.clickhouse, parts.state, signal), {
      logger,
      signal,
      trouble: 'the suppression list could not be compared with its copy',
    }),
  ]);
  // Another sink goes on with them, and tells.
  parts.metrics.oldestErasure.set(0);
};
