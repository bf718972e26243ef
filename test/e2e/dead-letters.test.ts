import { execFile } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  ask,
  makePlace,
  type Place,
  post,
  type RunningPipeline,
  startPipelineProcess,
  waitForOutcomes,
} from '../support/pipeline.ts';

const COMMAND = 'services/standalone/dead-letters/main.ts';

/** Larger after inflation than the first pipeline allows. */
const REPORT = JSON.stringify({ system_id: '4d2c', dt_version: '4.13.0', db_type: 'H2', db_version: '2.2' });
const BROKEN = 'an-unusual-text-that-is-no-json';

let place: Place;
let pipeline: RunningPipeline;
let tooLarge: string;
let broken: string;

const deadLetters = (...args: readonly string[]): Promise<{ code: number; stdout: string; stderr: string }> =>
  new Promise((resolve) => {
    const child = execFile(process.execPath, [COMMAND, ...args], { env: place.env }, (_, stdout, stderr) =>
      resolve({ code: child.exitCode ?? -1, stdout, stderr }),
    );
  });

const outcomesOf = (id: string): Promise<Record<string, unknown>[]> =>
  ask(place, `SELECT outcome, reason FROM outcomes WHERE replay_of = '${id}' ORDER BY ALL`);

beforeAll(async () => {
  place = await makePlace();
  const narrow = { ...place, env: { ...place.env, ANONYMIZER_MAX_INFLATED_BYTES: '50' } };
  pipeline = await startPipelineProcess(narrow);
  tooLarge = (await post(place, '/v1/reports/dependency-track', REPORT)).eventId;
  broken = (await post(place, '/v1/reports/dependency-track', BROKEN)).eventId;
  await waitForOutcomes(place, 2);
}, 60_000);

afterAll(async () => {
  await pipeline?.end('SIGTERM');
  await place?.remove();
});

describe('npm run dead-letters', () => {
  test('lists what was rejected, and shows one without a byte of a body that is no document', async () => {
    const list = await deadLetters('list');
    expect(list.code).toBe(0);
    expect(list.stdout).toContain(tooLarge);
    expect(list.stdout).toContain(broken);
    expect((await deadLetters('list', '--product', 'hasura')).stdout).not.toContain(broken);
    const shown = await deadLetters('show', broken);
    expect(shown.stdout).toMatch(/^bytes: +31$/m);
    expect(shown.stdout).toMatch(/^body_sha256: +[0-9a-f]{64}$/m);
    expect(shown.stdout).not.toContain('unusual');
  });

  test('tells what it would replay, and replays nothing', async () => {
    const { code, stdout } = await deadLetters('replay', '--since', '1h', '--dry-run');
    expect(code).toBe(0);
    expect(stdout).toContain(`1 would be replayed: dependency-track, inflated_too_large\n  ${tooLarge}\n`);
    expect(await ask(place, 'SELECT count() AS n FROM outcomes')).toEqual([{ n: 2 }]);
  });

  test('says why a replay was in vain', async () => {
    expect(await deadLetters('replay', tooLarge)).toEqual({
      code: 2,
      stdout: `1 rejected again by the anonymizer: inflated_too_large\n  ${tooLarge}\n`,
      stderr: '',
    });
    expect((await deadLetters('list')).stdout).toContain('replayed 1×, in vain');
  });

  test('repairs what the pipeline takes now, once, and leaves alone what is repaired', async () => {
    await pipeline.end('SIGTERM');
    pipeline = await startPipelineProcess(place);
    const first = await deadLetters('replay', '--since', '1h');
    expect(first.stdout).toContain(`1 repaired\n  ${tooLarge}\n`);
    expect(first.stdout).toContain(`1 rejected again by the anonymizer: not_json\n  ${broken}\n`);
    expect(first.code).toBe(2);
    const outcomes = [
      { outcome: 'reject', reason: 'inflated_too_large' },
      { outcome: 'stored', reason: '' },
    ];
    expect(await outcomesOf(tooLarge)).toEqual(outcomes);
    expect(await ask(place, 'SELECT count() AS n FROM dependency_track_reports')).toEqual([{ n: 1 }]);

    const second = await deadLetters('replay', tooLarge);
    expect(second).toEqual({ code: 0, stdout: `1 repaired before: left alone\n  ${tooLarge}\n`, stderr: '' });
    expect(await outcomesOf(tooLarge)).toEqual(outcomes);
    expect((await deadLetters('list')).stdout).toMatch(new RegExp(`${tooLarge}.*repaired`));
  }, 90_000);

  test('leaves the balance whole, as the metrics of the running pipeline say', async () => {
    const metrics = await (await fetch(`${place.adminUrl}/metrics`)).text();
    expect(metrics).toMatch(/^candor_balance_missing_events 0$/m);
    expect(metrics).toMatch(/^candor_balance_checked_timestamp_seconds [1-9]/m);
    expect(
      await ask(
        place,
        'SELECT sum(accepted) AS accepted, sum(missing) AS missing, sum(doubled) AS doubled FROM balance',
      ),
    ).toEqual([{ accepted: 5, missing: 0, doubled: 0 }]);
  });

  test('keeps the report as it was: received then, from there', async () => {
    const [original] = await ask(place, `SELECT received_at, product FROM dead_letters WHERE event_id = '${tooLarge}'`);
    expect(await ask(place, 'SELECT received_at, product FROM dependency_track_reports')).toEqual([original]);
  });

  test.each([
    [['replay'], 'say which ones to replay: ids, --since, --product or --reason'],
    [['replay', 'x'], 'is no id of a dead letter'],
    [['list', '--since', 'yesterday'], '--since is no time: 90m, 12h, 7d or 2026-11-20T12:00Z'],
    [['remove'], 'remove is none of list, show and replay'],
    [['list', '--colour'], "Unknown option '--colour'"],
  ])('%j is told in one line', async (args, complaint) => {
    const { code, stderr } = await deadLetters(...args);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^candor: [^\n]*\n$/);
    expect(stderr).toContain(complaint);
  });

  test('explains itself', async () => {
    expect((await deadLetters('--help')).stdout).toContain('npm run dead-letters -- list');
  });
});
