import type { Ledger } from './ledger.ts';
import type { Report } from './report.ts';

/** A row of `outcomes`: what became of an event, why, and how many rows of other tables it is said to have. */
export interface StoredOutcome {
  readonly outcome: string;
  readonly reason: string;
  readonly rows: number;
}

/** What is stored of one event. */
export interface StoredEvent {
  readonly eventId: string;
  readonly outcomes: readonly StoredOutcome[];
  /** Its rows by table, those of `outcomes` aside. */
  readonly rows: Readonly<Record<string, number>>;
  /** Installation and number of the report it came from, where the tables say so. */
  readonly installation?: string;
  readonly sequence?: number;
  /** What it is known by, where it is a dead letter: see {@link Report.letter}. */
  readonly letter?: string;
}

/** What breaks the promise: a report that is gone, there twice, there in part, or that nobody sent. */
export interface Violation {
  readonly kind: 'lost' | 'doubled' | 'torn' | 'foreign';
  readonly text: string;
}

/** What the tables say about the reports of a round. */
export interface Audit {
  readonly violations: readonly Violation[];
  readonly stored: number;
  readonly deadLettered: number;
  /** Copies that were dropped because their report had come before. */
  readonly duplicates: number;
}

type Rows = StoredEvent['rows'];

const isDuplicate = ({ outcome, reason }: StoredOutcome): boolean => outcome === 'drop' && reason === 'duplicate';

const sameRows = (one: Rows, other: Rows): boolean => {
  const tables = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...tables].every((table) => one[table] === other[table]);
};

const total = (rows: Rows): number => Object.values(rows).reduce((sum, count) => sum + count, 0);

/** What must become of a report: its outcome, and its rows in the other tables. */
const destinyOf = ({ rows, refusal }: Report): StoredOutcome & { readonly tables: Rows } =>
  refusal === undefined
    ? { outcome: 'stored', reason: '', rows: total(rows), tables: rows }
    : { outcome: 'reject', reason: refusal, rows: 0, tables: { dead_letters: 1 } };

/**
 * Compares what was sent and answered with what is stored: every accepted report must be there once and whole, or as the dead
 * letter that it must become; other copies of it may be there as dropped duplicates. Beside them only reports may be there
 * whose sender was told nothing, or was told no.
 */
export const audit = (ledger: Ledger, events: readonly StoredEvent[]): Audit => {
  const violations: Violation[] = [];
  const violated = (kind: Violation['kind'], text: string): void => {
    violations.push({ kind, text });
  };
  const entries = [...ledger.entries.values()];
  const reportsByLetter = new Map(entries.map(({ report }) => [report.letter, report]));
  const reportOf = ({ installation, sequence = -1, letter = '' }: StoredEvent): Report | undefined =>
    installation === ledger.installation ? ledger.entries.get(sequence)?.report : reportsByLetter.get(letter);

  /** How many events each report has come as, duplicates aside. */
  const times = new Map<Report, number>();
  let duplicates = 0;
  for (const event of events) {
    const { eventId, outcomes, rows } = event;
    const [decided, ...more] = outcomes.filter((outcome) => !isDuplicate(outcome));
    duplicates += outcomes.filter(isDuplicate).length;
    const rowsText = JSON.stringify(rows);
    if (more.length > 0) violated('doubled', `event ${eventId} has ${more.length + 1} outcomes`);
    if (decided === undefined) {
      if (total(rows) > 0) violated('torn', `event ${eventId} has ${rowsText}, but no outcome that says so`);
      continue;
    }
    const report = reportOf(event);
    const destiny = report && destinyOf(report);
    if (report === undefined || destiny?.outcome !== decided.outcome || destiny.reason !== decided.reason) {
      const what = `${decided.outcome} (${decided.reason})`;
      violated('foreign', `event ${eventId}, report ${report?.sequence}, is ${what}, but was not sent so`);
      continue;
    }
    times.set(report, (times.get(report) ?? 0) + 1);
    if (!sameRows(rows, destiny.tables) || decided.rows !== destiny.rows) {
      const must = JSON.stringify(destiny.tables);
      violated('torn', `event ${eventId}, report ${report.sequence}, has ${rowsText} in place of ${must}`);
    }
  }

  const eventIds = new Set(events.map(({ eventId }) => eventId));
  let accepted = 0;
  for (const { report, answers } of entries) {
    const { sequence, refusal } = report;
    const ids = answers.flatMap((answer) => (answer.kind === 'accepted' ? [answer.eventId] : []));
    const found = ids.filter((id) => eventIds.has(id));
    accepted += found.length;
    const count = times.get(report) ?? 0;
    if (found.length < ids.length) violated('lost', `report ${sequence} was accepted as ${ids} and is nowhere`);
    else if (ids.length > 0 && count === 0) violated('lost', `report ${sequence} is there as a duplicate only`);
    // A malformed report has no identity by which a copy could be known.
    const hasIdentity = refusal === undefined || refusal === 'row_refused';
    if (hasIdentity && count > 1) violated('doubled', `report ${sequence} is stored ${count} times`);
    if (count > answers.length) violated('foreign', `report ${sequence} came ${count} times, sent ${answers.length}`);
  }
  const unknown = ledger.sent - ledger.countAnswers('accepted');
  if (eventIds.size - accepted > unknown) {
    violated('foreign', `${eventIds.size - accepted} events nobody was told of, of ${unknown} that there can be`);
  }
  const countOf = (isRefused: boolean): number =>
    [...times]
      .filter(([{ refusal }]) => (refusal !== undefined) === isRefused)
      .reduce((sum, [, count]) => sum + count, 0);
  return { violations, stored: countOf(false), deadLettered: countOf(true), duplicates };
};
