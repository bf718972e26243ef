import { z } from 'zod';
import { anonymizerEnvironment } from '../anonymizer/config.ts';
import { edgeEnvironment } from '../edge/config.ts';
import { port, wholeNumber } from '../runtime/environment.ts';
import { processEnvironment } from '../runtime/process.ts';
import { sinkEnvironment } from '../sink/config.ts';

/** What the embedded log may hold before the edge refuses reports: about two days of 20 reports/s that nobody reads. */
const EVENT_LOG_MAX_BYTES = 10 * 1024 * 1024 * 1024;

/** The environment of the pipeline in one process. */
export const standaloneEnvironment = {
  ...edgeEnvironment,
  ...anonymizerEnvironment,
  ...sinkEnvironment,
  ...processEnvironment,
  DATA_DIR: z.string().default('./data'),
  CLICKHOUSE_HTTP_PORT: port(8123),
  CLICKHOUSE_TCP_PORT: port(9000),
  /** An external server in place of the embedded one; its user must own the database `candor`. */
  CLICKHOUSE_URL: z.url().optional(),
  CLICKHOUSE_USER: z.string().default('default'),
  CLICKHOUSE_PASSWORD: z.string().default(''),
  EVENT_LOG_MAX_BYTES: wholeNumber(EVENT_LOG_MAX_BYTES, 1),
};

/** The configuration of the pipeline in one process. */
export type StandaloneConfig = Readonly<z.output<z.ZodObject<typeof standaloneEnvironment>>>;
