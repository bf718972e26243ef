import { parseArgs } from 'node:util';
import type { SiteKind } from './site.ts';

/** What the command line asks for. */
export interface Options {
  /** Stands for everything random: the same seed sends the same reports and strikes at the same moments. */
  readonly seed: number;
  /** Rounds in all; one of each fault that does not take minutes when not given. */
  readonly rounds: number | undefined;
  /** Plays this round of them alone. */
  readonly round: number | undefined;
  /** Plays only faults whose name has this in it. */
  readonly fault: string;
  /** Plays only rounds on this log. */
  readonly log: SiteKind['log'] | undefined;
  readonly reportsPerSecond: number;
}

/** Enough that every stage always has work, and little enough for two cores that run everything else as well. */
const REPORTS_PER_SECOND = 200;

const SEEDS = 1_000_000;

/** Reads the command line. @throws Error when an option is unknown or no number. */
export const readOptions = (args: readonly string[]): Options => {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seed: { type: 'string' },
      rounds: { type: 'string' },
      round: { type: 'string' },
      fault: { type: 'string', default: '' },
      log: { type: 'string' },
      rate: { type: 'string', default: String(REPORTS_PER_SECOND) },
    },
  });
  const number = (name: 'seed' | 'rounds' | 'round' | 'rate'): number | undefined => {
    const text = values[name];
    if (text === undefined) return undefined;
    if (!/^\d+$/.test(text)) throw new Error(`--${name} ${text} is no whole number`);
    return Number(text);
  };
  const { log } = values;
  if (log !== undefined && log !== 'kafka' && log !== 'embedded') throw new Error(`--log ${log}: kafka or embedded`);
  return {
    seed: number('seed') ?? Math.floor(Math.random() * SEEDS),
    rounds: number('rounds'),
    round: number('round'),
    fault: values.fault,
    log,
    reportsPerSecond: number('rate') ?? REPORTS_PER_SECOND,
  };
};
