import { beforeAll, expect, test } from 'vitest';
import { ATTACKS } from './attacks.ts';
import { type FuzzReport, runFuzz } from './run-fuzz.ts';

/** The same attacks each time; `npm run test:fuzz` takes others, and more of them. */
const SEED = 5_000;

let report: FuzzReport;

beforeAll(async () => {
  report = await runFuzz({
    seed: SEED,
    requests: 1_500,
    idleConnections: 500,
    quietMs: 1_000,
    lanes: 24,
    attacksPerSecond: 0,
    say: () => undefined,
  });
}, 300_000);

test('every attack is tried, and answered as it should be, or cut', () => {
  expect(Object.keys(report.attacks.results).toSorted()).toEqual(ATTACKS.toSorted());
  expect(report.attacks.failures).toEqual([]);
});

test('every honest report is acknowledged, and stored once', () => {
  for (const { sent, acknowledged, stored, distinct } of [report.quiet, report.attacked]) {
    expect(sent).toBeGreaterThan(0);
    expect({ acknowledged, stored, distinct }).toEqual({ acknowledged: sent, stored: sent, distinct: sent });
  }
});

test('whatever was acknowledged has one outcome', () => {
  expect(report.outcomes).toBe(report.acknowledged);
});

test('what was refused is counted by its reason', () => {
  expect(Object.keys(report.answers)).toEqual(expect.arrayContaining(['200', '404', '405', '413', '415']));
  expect(Object.keys(report.cut)).toEqual(
    expect.arrayContaining(['malformed', 'headers_too_large', 'gone', 'slow_body', 'timeout']),
  );
  expect(Object.keys(report.deadLetters)).toEqual(
    expect.arrayContaining(['not_json', 'not_utf8', 'json_too_deep', 'unknown_kind', 'contract_violation']),
  );
});

test('connections without a request stay, and nothing breaks', () => {
  expect(report.memoryMb.idleConnections).toBe(500);
  expect(report.output).not.toMatch(/unhandled|"level":60|MaxListeners/i);
  expect(report.exit).toBe(0);
});
