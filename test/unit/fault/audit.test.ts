import { describe, expect, test } from 'vitest';
import { audit, type StoredEvent } from '../../fault/audit.ts';
import { type Answer, Ledger } from '../../fault/ledger.ts';
import type { Report } from '../../fault/report.ts';

const INSTALLATION = 'installation-1';

const wellFormed: Report = {
  sequence: 1,
  rows: { sonarqube_reports: 1, sonarqube_plugins: 2 },
  refusal: undefined,
  letter: 'a',
};

const malformed: Report = { sequence: 2, rows: {}, refusal: 'not_json', letter: 'b' };

const refusedByClickHouse: Report = { sequence: 3, rows: {}, refusal: 'row_refused', letter: 'installation-1-3' };

const accepted = (eventId: string): Answer => ({ kind: 'accepted', eventId });
const none: Answer = { kind: 'none' };

/** The event that the well-formed report must become. */
const stored = (eventId: string, changes: Partial<StoredEvent> = {}): StoredEvent => ({
  eventId,
  outcomes: [{ outcome: 'stored', reason: '', rows: 3 }],
  rows: wellFormed.rows,
  installation: INSTALLATION,
  sequence: 1,
  ...changes,
});

/** The event that the malformed one must become. */
const deadLetter = (eventId: string): StoredEvent => ({
  eventId,
  outcomes: [{ outcome: 'reject', reason: 'not_json', rows: 0 }],
  rows: { dead_letters: 1 },
  letter: 'b',
});

/** The event that the one which ClickHouse refuses must become. */
const rowRefused = (eventId: string, rows: StoredEvent['rows'] = {}): StoredEvent => ({
  eventId,
  outcomes: [{ outcome: 'reject', reason: 'row_refused', rows: 0 }],
  rows: { dead_letters: 1, ...rows },
  letter: 'installation-1-3',
});

const duplicate = (eventId: string): StoredEvent => ({
  eventId,
  outcomes: [{ outcome: 'drop', reason: 'duplicate', rows: 0 }],
  rows: {},
});

/** What an audit finds when `report` was answered so and `events` are stored. */
const violationsOf = (report: Report, answers: readonly Answer[], events: readonly StoredEvent[]): string[] => {
  const ledger = new Ledger(INSTALLATION);
  ledger.open(report).answers.push(...answers);
  return audit(ledger, events).violations.map(({ kind }) => kind);
};

describe('an audit is content', () => {
  test.each<[string, Report, Answer[], StoredEvent[]]>([
    ['with an accepted report that is stored once', wellFormed, [accepted('e1')], [stored('e1')]],
    ['with a malformed report that is a dead letter', malformed, [accepted('e1')], [deadLetter('e1')]],
    ['with a report that ClickHouse refuses', refusedByClickHouse, [accepted('e1')], [rowRefused('e1')]],
    ['with a report without an answer that is not stored', wellFormed, [none], []],
    ['with a report without an answer that is stored', wellFormed, [none], [stored('e1')]],
    ['with a report that was sent again', wellFormed, [none, accepted('e2')], [stored('e1'), duplicate('e2')]],
    [
      'with an event that the edge wrote twice',
      wellFormed,
      [accepted('e1')],
      [stored('e1', { outcomes: [...stored('e1').outcomes, ...duplicate('e1').outcomes] })],
    ],
  ])('%s', (_, report, answers, events) => {
    expect(violationsOf(report, answers, events)).toEqual([]);
  });
});

describe('an audit finds', () => {
  test.each<[string, string, Report, Answer[], StoredEvent[]]>([
    ['an accepted report that is nowhere', 'lost', wellFormed, [accepted('e1')], []],
    ['a malformed one that is nowhere', 'lost', malformed, [accepted('e1')], []],
    ['a report that was dropped as its own duplicate', 'lost', wellFormed, [accepted('e1')], [duplicate('e1')]],
    ['two copies', 'doubled', wellFormed, [none, accepted('e2')], [stored('e1'), stored('e2')]],
    [
      'two outcomes of one event',
      'doubled',
      wellFormed,
      [accepted('e1')],
      [stored('e1', { outcomes: [...stored('e1').outcomes, ...stored('e1').outcomes] })],
    ],
    ['rows without their outcome', 'torn', wellFormed, [none], [stored('e1', { outcomes: [] })]],
    ['a missing row', 'torn', wellFormed, [accepted('e1')], [stored('e1', { rows: { sonarqube_reports: 1 } })]],
    [
      'a row too many',
      'torn',
      wellFormed,
      [accepted('e1')],
      [stored('e1', { rows: { ...wellFormed.rows, sonarqube_plugins: 3 } })],
    ],
    [
      'an outcome that tells another number of rows',
      'torn',
      wellFormed,
      [accepted('e1')],
      [stored('e1', { outcomes: [{ outcome: 'stored', reason: '', rows: 2 }] })],
    ],
    [
      'rows that a refused report has left',
      'torn',
      refusedByClickHouse,
      [accepted('e1')],
      [rowRefused('e1', { sonarqube_reports: 1 })],
    ],
    [
      'two dead letters of a refused report that was sent again',
      'doubled',
      refusedByClickHouse,
      [none, accepted('e2')],
      [rowRefused('e1'), rowRefused('e2')],
    ],
    ['a report that nobody sent', 'foreign', wellFormed, [none], [stored('e1', { sequence: 7 })]],
    ['a report of somebody else', 'foreign', wellFormed, [none], [stored('e1', { installation: 'other' })]],
    ['an event more than was sent', 'foreign', malformed, [accepted('e1')], [deadLetter('e1'), deadLetter('e2')]],
    ['a malformed report that is stored', 'foreign', malformed, [none], [stored('e1', { sequence: 2 })]],
  ])('%s', (_, kind, report, answers, events) => {
    expect(violationsOf(report, answers, events)).toContain(kind);
  });
});
