import { join } from 'node:path';
import type { z } from 'zod';
import type { processesEnvironment } from '../processes.ts';
import type { spoolEnvironment } from './config.ts';

/** The configuration of the spool of one process of the edge. */
export type SpoolConfig = Readonly<z.output<z.ZodObject<typeof spoolEnvironment & typeof processesEnvironment>>>;

/** Where a process has its spool: the first one in `folder` itself, so that an edge of one process stays what it was. */
export const processFolder = (folder: string, process: number): string =>
  process === 0 ? folder : join(folder, `process-${process}`);
