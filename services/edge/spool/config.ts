import { z } from 'zod';
import { TOPICS } from '../../../schemas/topics/topics.ts';
import { wholeNumber } from '../../runtime/environment.ts';

/** A day of about 30 reports/s of 3 KB, or of 100/s of 1 KB. */
const MAX_BYTES = 10 * 1024 * 1024 * 1024;

/** The least patient clients (CloudQuery, Hasura's CLI) wait 2 s; Kafka acknowledges within some 20 ms. */
const AFTER_MS = 1_000;

/** As long as `candor.raw` keeps a report: nothing that a client sent stays anywhere for longer. */
const MAX_AGE_HOURS = TOPICS.raw.kafka.retentionMs / 3_600_000;

/** The environment of an edge that spools what the log does not take. */
export const spoolEnvironment = {
  /** Belongs to one edge alone; each of its processes has a part of it. */
  EDGE_SPOOL_DIR: z.string().default('./data/spool'),
  /** Bytes on disk, over all processes; above it, reports are refused. */
  EDGE_SPOOL_MAX_BYTES: wholeNumber(MAX_BYTES, 1),
  /** A report that the log has not acknowledged after this time goes into the spool. */
  EDGE_SPOOL_AFTER_MS: wholeNumber(AFTER_MS, 1),
  /** A report that has been in the spool for longer is removed, and counted. */
  EDGE_SPOOL_MAX_AGE_HOURS: wholeNumber(MAX_AGE_HOURS, 1),
};

/** How long a report may stay in the spool, in ms. */
export const maxAgeMs = ({ EDGE_SPOOL_MAX_AGE_HOURS }: { readonly EDGE_SPOOL_MAX_AGE_HOURS: number }): number =>
  EDGE_SPOOL_MAX_AGE_HOURS * 3_600_000;
