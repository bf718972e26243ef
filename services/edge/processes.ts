import cluster, { type Worker } from 'node:cluster';
import { z } from 'zod';
import { wholeNumber } from '../runtime/environment.ts';
import { StartError } from '../runtime/errors.ts';
import type { Logger } from '../runtime/logger.ts';
import type { Running } from '../runtime/process.ts';

/** Longest drain, in ms: a stop has 9 s in all, and the requests under way need some of them. */
const MAX_DRAIN_MS = 6_000;

/** The environment of an edge that may be several processes. */
export const processesEnvironment = {
  /** Processes that share the port. */
  EDGE_PROCESSES: wholeNumber(1, 1),
  /** Which of them this is; set for each by the first process, which only watches over the others. */
  EDGE_PROCESS: wholeNumber(0),
  /** How long requests are taken after a signal to stop while readiness says no, in ms. */
  EDGE_DRAIN_MS: wholeNumber(0).pipe(z.number().max(MAX_DRAIN_MS)),
};

/** What {@link watchProcesses} reads of the configuration. */
interface ProcessesConfig {
  readonly EDGE_PORT: number;
  readonly EDGE_PROCESSES: number;
  readonly ADMIN_PORT: number;
}

/** Wait before a process that has ended is started again: the first, doubled each time up to the longest. */
const RESTART_MS = { first: 500, longest: 30_000 };

/** A process that has run for so long counts as healthy: the next wait is the first again. */
const HEALTHY_MS = 60_000;

/** The port that a process's own health and metrics are on. */
const adminPortOf = ({ ADMIN_PORT }: ProcessesConfig, index: number): number =>
  ADMIN_PORT === 0 ? 0 : ADMIN_PORT + index;

/**
 * Starts the processes of the edge, which share its port, and starts again those that end. Fails when one ends before any of
 * them has listened: it has said why.
 */
export const watchProcesses = (config: ProcessesConfig, logger: Logger): Running => {
  const { promise: failed, reject } = Promise.withResolvers<never>();
  const workers = new Set<Worker>();
  const restarts = new Set<NodeJS.Timeout>();
  let haveListened = false;
  let isStopping = false;

  const restartLater = (index: number, waitMs: number): void => {
    const timer = setTimeout(() => {
      restarts.delete(timer);
      start(index, waitMs);
    }, waitMs);
    restarts.add(timer);
  };

  const start = (index: number, lastWaitMs = 0): void => {
    const startedAt = Date.now();
    const worker = cluster.fork({ EDGE_PROCESS: `${index}`, ADMIN_PORT: `${adminPortOf(config, index)}` });
    workers.add(worker);
    worker.on('listening', ({ port }) => {
      if (port === config.EDGE_PORT) haveListened = true;
    });
    worker.once('exit', (code, signal) => {
      workers.delete(worker);
      if (isStopping) return;
      if (!haveListened) return reject(new StartError(`process ${index} of the edge did not start`));
      const isHealthy = Date.now() - startedAt > HEALTHY_MS;
      const waitMs = isHealthy ? RESTART_MS.first : Math.max(RESTART_MS.first, lastWaitMs * 2);
      logger.error({ process: index, code, signal }, 'a process of the edge has ended; it is started again');
      restartLater(index, Math.min(waitMs, RESTART_MS.longest));
    });
  };

  for (let index = 0; index < config.EDGE_PROCESSES; index += 1) start(index);
  return {
    failed,
    close: async () => {
      isStopping = true;
      for (const timer of restarts) clearTimeout(timer);
      await Promise.all(
        [...workers].map((worker) => {
          const ended = new Promise((resolve) => worker.once('exit', resolve));
          worker.process.kill('SIGTERM');
          return ended;
        }),
      );
    },
  };
};
