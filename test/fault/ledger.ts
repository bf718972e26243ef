import type { Report } from './report.ts';

/** What a client was told: the id of the event, a status that means no, or nothing. */
export type Answer =
  | { readonly kind: 'accepted'; readonly eventId: string }
  | { readonly kind: 'refused'; readonly status: number }
  | { readonly kind: 'none' };

/** A report and every answer to it; more than one when it was sent again. */
export interface Entry {
  readonly report: Report;
  readonly answers: Answer[];
}

/** Everything that was sent in a round, and every answer. */
export class Ledger {
  /** The id that the round's reports come from; the reports of no other round have it. */
  readonly installation: string;
  readonly entries = new Map<number, Entry>();

  constructor(installation: string) {
    this.installation = installation;
  }

  /** Notes that a report is about to be sent for the first time. */
  open(report: Report): Entry {
    const entry = { report, answers: [] };
    this.entries.set(report.sequence, entry);
    return entry;
  }

  /** How many times reports were sent. */
  get sent(): number {
    return this.count(() => true);
  }

  /** How many answers are of a kind. */
  countAnswers(kind: Answer['kind']): number {
    return this.count((answer) => answer.kind === kind);
  }

  count(matches: (answer: Answer) => boolean): number {
    return [...this.entries.values()].reduce((sum, { answers }) => sum + answers.filter(matches).length, 0);
  }
}
