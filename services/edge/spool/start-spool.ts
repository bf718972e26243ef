import { join } from 'node:path';
import { PARTITIONS } from '../../../schemas/topics/topics.ts';
import { claimFolder } from '../../runtime/claim-folder.ts';
import { messageOf, StartError } from '../../runtime/errors.ts';
import { publishSpool } from '../../runtime/metrics.ts';
import type { SchemaIds } from '../../runtime/registry/schema-ids.ts';
import type { ServiceParts } from '../../runtime/service.ts';
import { type AppendRaw, appendToLog } from '../append-raw.ts';
import { appendOrSpool } from './append-or-spool.ts';
import { maxAgeMs } from './config.ts';
import { drainSpool } from './drain-spool.ts';
import { processFolder, type SpoolConfig } from './process-folder.ts';
import { rememberingIds } from './remembered-ids.ts';
import { Spool } from './spool.ts';

/** What an edge with a spool works with in place of log and registry. */
export interface SpoolParts {
  readonly spool: Spool;
  readonly append: AppendRaw;
  readonly ids: SchemaIds;
}

/**
 * Opens the spool, drains it for as long as the process runs, and has it closed with the process.
 *
 * @throws StartError when the folder can't be used.
 */
export const startSpool = async (config: SpoolConfig, parts: ServiceParts): Promise<SpoolParts> => {
  const { log, logger, lifecycle, metrics } = parts;
  const { EDGE_SPOOL_AFTER_MS: afterMs } = config;
  const maxBytes = Math.floor(config.EDGE_SPOOL_MAX_BYTES / config.EDGE_PROCESSES);
  const folder = await claimFolder('EDGE_SPOOL_DIR', processFolder(config.EDGE_SPOOL_DIR, config.EDGE_PROCESS));
  lifecycle.onClose('spool folder', folder.release);
  const spool = await Spool.open(folder.path, PARTITIONS, maxBytes).catch((error: unknown) => {
    throw new StartError(`EDGE_SPOOL_DIR ${folder.path} can't be used: ${messageOf(error)}`, { cause: error });
  });
  lifecycle.onClose('spool', () => spool.close());
  if (spool.depth > 0)
    logger.info({ reports: spool.depth, bytes: spool.bytes }, 'the spool holds reports of earlier runs');
  publishSpool(metrics, spool);
  parts.requires(async () => (spool.isFull ? 'the spool is full' : undefined));
  parts.notes(() => {
    const { oldestMs } = spool;
    return oldestMs !== undefined && Date.now() - oldestMs > afterMs
      ? `Kafka is away or was until now: ${spool.depth} reports are spooled`
      : undefined;
  });
  const drained = { spool, log, logger, metrics, maxAgeMs: maxAgeMs(config) };
  lifecycle.run('drainer of the spool', (signal) => drainSpool(drained, signal));
  return {
    spool,
    append: appendOrSpool(appendToLog(log), spool, afterMs),
    ids: rememberingIds(parts.ids, join(folder.path, 'schema-ids.json'), logger),
  };
};
