import { pino } from 'pino';
import type { Logger } from '../../services/runtime/logger.ts';

/** A logger that keeps what it is told, from `level` on. */
export const collectLogLines = (
  level: 'debug' | 'warn' = 'warn',
): { readonly logger: Logger; readonly lines: Record<string, unknown>[] } => {
  const lines: Record<string, unknown>[] = [];
  const write = (line: string): void => {
    lines.push(JSON.parse(line) as Record<string, unknown>);
  };
  return { logger: pino({ level, base: null }, { write }), lines };
};
