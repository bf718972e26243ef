import type { Round } from './round.ts';

/** A round with where it took place and what was struck. */
export interface PlayedRound {
  readonly number: number;
  readonly site: string;
  readonly fault: string;
  readonly round: Round;
}

const seconds = (ms: number): string => (ms / 1_000).toFixed(1);

const number = (value: number): string => value.toLocaleString('en');

/** What went wrong in a round, a line each; empty when nothing did. */
export const failuresOf = ({ audit, recoveryMs, trouble }: Round): string[] => [
  ...audit.violations.map(({ kind, text }) => `${kind}: ${text}`),
  ...(recoveryMs === undefined ? ['stuck: not everything was stored in time'] : []),
  ...trouble,
];

const countsOf = ({ ledger, audit }: Round) => ({
  reports: ledger.entries.size,
  accepted: ledger.countAnswers('accepted'),
  refused: ledger.countAnswers('refused'),
  unanswered: ledger.countAnswers('none'),
  stored: audit.stored,
  'dead letters': audit.deadLettered,
  duplicates: audit.duplicates,
});

/** One line about a round. */
export const lineOf = ({ number: count, site, fault, round }: PlayedRound): string => {
  const counts = Object.entries(countsOf(round)).map(([name, value]) => `${number(value)} ${name}`);
  const recovery = round.recoveryMs === undefined ? 'STUCK' : `recovered in ${seconds(round.recoveryMs)} s`;
  const verdict = failuresOf(round).length === 0 ? 'ok' : 'FAILED';
  return `${verdict} ${count} ${site}: ${fault}: ${counts.join(', ')}; ${recovery} after ${seconds(round.outageMs)} s`;
};

const tableOf = (rows: readonly (readonly string[])[]): string =>
  rows.map((row) => `| ${row.join(' | ')} |`).join('\n');

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

/** The ledger of all rounds, as a Markdown table of two columns. */
export const totalsOf = (played: readonly PlayedRound[]): string => {
  const counts = played.map(({ round }) => Object.entries(countsOf(round)));
  const names = (counts[0] ?? []).map(([name]) => name);
  const totals = names.map(
    (name, index) => [name, counts.reduce((sum, each) => sum + (each[index]?.[1] ?? 0), 0)] as const,
  );
  const violations = played.flatMap(({ round }) => round.audit.violations);
  const kinds = ['lost', 'doubled', 'torn', 'foreign'] as const;
  const broken = kinds.map((kind) => [kind, violations.filter((violation) => violation.kind === kind).length] as const);
  const stuck = played.filter(({ round }) => round.recoveryMs === undefined).length;
  const all = [['rounds', played.length] as const, ...totals, ...broken, ['stuck', stuck] as const];
  return tableOf([['', ''], ['---', '---:'], ...all.map(([name, value]) => [name, number(value)])]);
};

/** Rounds and recovery by fault, as a Markdown table. */
export const recoveriesOf = (played: readonly PlayedRound[]): string => {
  const groups = Map.groupBy(played, ({ site, fault }) => `${site} | ${fault}`);
  const rows = [...groups]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, rounds]) => {
      const outages = rounds.map(({ round }) => round.outageMs);
      const recoveries = rounds.map(({ round }) => round.recoveryMs ?? Number.POSITIVE_INFINITY);
      const figures = [median(outages), median(recoveries), Math.max(...recoveries)];
      return [name, String(rounds.length), ...figures.map(seconds)];
    });
  const head = ['log', 'fault', 'rounds', 'outage, s (median)', 'recovery, s (median)', 'recovery, s (worst)'];
  return tableOf([head, ['---', '---', ...Array(4).fill('---:')], ...rows]);
};
