import { type Logger, pino } from 'pino';
import pretty from 'pino-pretty';

export type { Logger } from 'pino';

/** Levels that LOG_LEVEL may name. */
export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;

/** The process's logger: JSON lines, or coloured ones on a terminal. */
export const createLogger = (level: (typeof LOG_LEVELS)[number]): Logger =>
  process.stdout.isTTY
    ? pino({ level, base: null }, pretty({ sync: true, ignore: 'pid,hostname', translateTime: 'SYS:HH:MM:ss' }))
    : pino({ level, base: null });
