import { type LogEntry, logLevel } from 'kafkajs';
import type { Logger } from '../../logger.ts';

/** The level at which kafkajs is to speak, so that lines that nobody sees are not made. */
export const clientLogLevel = (logger: Logger): logLevel => {
  if (logger.isLevelEnabled('trace')) return logLevel.DEBUG;
  return logger.isLevelEnabled('debug') ? logLevel.WARN : logLevel.NOTHING;
};

/**
 * Writes what kafkajs says to our log, two levels lower: it calls every broken connection and every retry an error, a fresh
 * consumer group included. What matters of it comes to the adapter as an error or an event, and is said there.
 */
export const clientLogCreator =
  (logger: Logger) =>
  () =>
  ({ namespace, level, log }: LogEntry): void => {
    const { message, timestamp: _timestamp, logger: _name, ...details } = log;
    logger[level <= logLevel.WARN ? 'debug' : 'trace']({ part: `kafkajs ${namespace}`, ...details }, message);
  };

type WarningListener = (warning: Error) => void;

/** Listeners that hear of all warnings but one. */
const FILTERED = new WeakSet<WarningListener>();

/**
 * Keeps Node's warning of negative timeouts from being printed: kafkajs 2.2.4 computes them when a connection has nothing to
 * wait for (src/network/requestQueue), Node takes 1 ms in place of them, and nobody can do anything about it.
 */
export const hideNegativeTimeouts = (): void => {
  for (const print of process.listeners('warning')) {
    if (FILTERED.has(print)) continue;
    const filtered: WarningListener = (warning) => {
      if (warning.name !== 'TimeoutNegativeWarning') print(warning);
    };
    FILTERED.add(filtered);
    process.off('warning', print).on('warning', filtered);
  }
};
