import { readdir } from 'node:fs/promises';
import { PARTITIONS } from '../../../schemas/topics/topics.ts';
import type { ServiceParts } from '../../runtime/service.ts';
import { maxAgeMs } from './config.ts';
import { type DrainParts, drainSpool } from './drain-spool.ts';
import { processFolder, type SpoolConfig } from './process-folder.ts';
import { Spool } from './spool.ts';

/** A process's folder, and its number. */
const FOLDER = /^process-(\d+)$/;

/**
 * Drains what processes have spooled that are not run any more, because `EDGE_PROCESSES` is lower now. Their folders stay, empty.
 *
 * @throws Error when a folder can't be read.
 */
export const drainLeftovers = async (
  config: SpoolConfig,
  parts: Pick<ServiceParts, 'lifecycle' | 'logger' | 'metrics'> & Pick<DrainParts, 'log'>,
): Promise<void> => {
  const { log, logger, lifecycle, metrics } = parts;
  const names = await readdir(config.EDGE_SPOOL_DIR);
  const numbers = names.flatMap((name) => Number(FOLDER.exec(name)?.[1] ?? []));
  for (const number of numbers.filter((each) => each >= config.EDGE_PROCESSES)) {
    const folder = processFolder(config.EDGE_SPOOL_DIR, number);
    const spool = await Spool.open(folder, PARTITIONS, config.EDGE_SPOOL_MAX_BYTES);
    lifecycle.onClose(`spool of process ${number}`, () => spool.close());
    if (spool.depth === 0) continue;
    logger.info(
      { process: number, reports: spool.depth },
      'the spool of a process that is not run any more is drained',
    );
    const drained = { spool, log, logger, metrics, maxAgeMs: maxAgeMs(config) };
    lifecycle.run(`drainer of process ${number}`, (signal) => drainSpool(drained, signal));
  }
};
