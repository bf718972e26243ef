import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadCatalog } from '../../schemas/pack/catalog.ts';
import { parseEnvironment } from '../../services/runtime/environment.ts';
import { createLogger } from '../../services/runtime/logger.ts';
import { standaloneEnvironment } from '../../services/standalone/config.ts';
import { type Pipeline, startPipeline } from '../../services/standalone/pipeline.ts';
import { eventually } from '../support/eventually.ts';
import { validExamples } from '../support/examples.ts';
import { postExample } from '../support/golden.ts';
import { ask, makePlace, type Place, post, startPipelineProcess, waitForOutcomes } from '../support/pipeline.ts';
import { runCommand } from '../support/run-command.ts';

const SERVER = '147B411E-AaH6vsPJ0Uo4X_dadFza';
const UNKNOWN = '00000000-AaH6vsPJ0Uo4X_dadFza';

const catalog = await loadCatalog();
const tables = [...catalog.tables.keys(), 'dead_letters', 'erasure_requests', 'outcomes'];

const reportOf = (id: string, sequence: number): string =>
  JSON.stringify({ id, version: '10.7.0.96327', messageSequenceNumber: sequence, plugins: [{ name: 'java' }] });

/** What is stored, by table, product and installation: rows. */
const stored = async (place: Place): Promise<ReadonlyMap<string, number>> => {
  const selects = tables.map(
    (table) => `SELECT '${table}' AS name, product, installation_id AS id, count() AS rows FROM ${table} GROUP BY ALL`,
  );
  const rows = await ask(place, `SELECT * FROM (${selects.join(' UNION ALL ')}) WHERE id != ''`);
  return new Map(rows.map(({ name, product, id, rows: count }) => [`${name} ${product} ${id}`, Number(count)]));
};

const without = (counts: ReadonlyMap<string, number>, installation: string): ReadonlyMap<string, number> =>
  new Map([...counts].filter(([key]) => !key.endsWith(` ${installation}`)));

interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, string>>;
}

const remove = async (
  { edgeUrl }: Place,
  path: string,
  { body, headers = {} }: { readonly body?: string; readonly headers?: Readonly<Record<string, string>> } = {},
): Promise<Answer> => {
  const response = await fetch(edgeUrl + path, { method: 'DELETE', headers, ...(body !== undefined && { body }) });
  return { status: response.status, body: (await response.json()) as Record<string, string> };
};

const forget = async (place: Place, product: string, id: string): Promise<Answer> => {
  const token = (await readFile(join(place.dataDir, 'operator-token'), 'utf8')).trim();
  const headers = { authorization: `Bearer ${token}` };
  return remove(place, `/v1/installations/${product}/${encodeURIComponent(id)}`, { headers });
};

const recorded = async (place: Place, eventId: string | undefined): Promise<Record<string, unknown>[]> =>
  eventually('the end of the erasure', 90_000, async () => {
    const steps = await ask(
      place,
      `SELECT step, product, forever, rows FROM erasures WHERE erasure_id = '${eventId}' ORDER BY step`,
    );
    const open = await ask(place, `SELECT event_id FROM erasure_requests WHERE event_id = '${eventId}'`);
    return steps.length === 2 && open.length === 0 ? steps : undefined;
  });

/** What the balance says: events, those without an outcome and those with two. */
const balance = async (place: Place): Promise<unknown> =>
  (
    await ask(place, 'SELECT sum(accepted) AS accepted, sum(missing) AS missing, sum(doubled) AS doubled FROM balance')
  )[0];

describe('in a running pipeline', () => {
  let place: Place;
  let pipeline: Pipeline;

  beforeAll(async () => {
    place = await makePlace();
    pipeline = await startPipeline(parseEnvironment(standaloneEnvironment, place.env), {
      logger: createLogger('warn'),
      receivedAt: ({ headers }) => Number(headers['x-received-at'] ?? Date.now()),
    });
    const examples = await validExamples();
    for (const example of examples) await postExample(place, catalog, example);
    for (const id of [SERVER, 'another-SonarQube-server']) await post(place, '/sonarqube', reportOf(id, 1));
    await waitForOutcomes(place, examples.length + 2, 60_000);
  }, 120_000);

  afterAll(async () => {
    await pipeline?.close();
    await place?.remove();
  });

  test("SonarQube's opt-out removes what was received until then, and nothing of anybody else", async () => {
    const before = await stored(place);
    const [{ accepted } = {}] = await ask(place, 'SELECT sum(accepted) AS accepted FROM balance');
    expect(before.size).toBeGreaterThan(without(before, SERVER).size);
    const answer = await remove(place, '/sonarqube', { body: JSON.stringify({ id: SERVER, forever: true }) });
    expect(answer.status).toBe(200);
    expect(await recorded(place, answer.body.event_id)).toEqual([
      { step: 'counted', product: 'sonarqube', forever: false, rows: { sonarqube_plugins: 1, sonarqube_reports: 1 } },
      { step: 'erased', product: 'sonarqube', forever: false, rows: {} },
    ]);
    expect(await stored(place)).toEqual(without(before, SERVER));
    expect(await balance(place)).toEqual({ accepted: Number(accepted) + 1, missing: 0, doubled: 0 });
  });

  test('a report from before the opt-out that comes after it is kept out, one from after it is stored', async () => {
    const [{ t } = {}] = await ask(place, `SELECT toUnixTimestamp64Milli(max(requested_at)) AS t FROM erasures`);
    const late = await post(place, '/sonarqube', reportOf(SERVER, 2), { 'x-received-at': `${t}` });
    const anew = await post(place, '/sonarqube', reportOf(SERVER, 3), { 'x-received-at': `${Number(t) + 1}` });
    const rows = await eventually('both outcomes', 30_000, async () => {
      const found = await ask(
        place,
        `SELECT event_id, outcome, reason FROM outcomes WHERE event_id IN ('${late.eventId}', '${anew.eventId}')`,
      );
      return found.length === 2 ? found : undefined;
    });
    expect(rows).toContainEqual({ event_id: late.eventId, outcome: 'drop', reason: 'suppressed' });
    expect(rows).toContainEqual({ event_id: anew.eventId, outcome: 'stored', reason: '' });
    expect((await stored(place)).get(`sonarqube_reports sonarqube ${SERVER}`)).toBe(1);
  });

  test('an operator has one installation of every product forgotten, table by table', async () => {
    const before = await stored(place);
    const installations = new Map(
      [...before.keys()].map((key) => key.split(' ')).map(([, product, id]) => [product, id]),
    );
    expect([...installations.keys()].toSorted()).toEqual([...catalog.products.keys()].toSorted());
    let expected = before;
    const answers = await Promise.all(
      [...installations].map(([product = '', id = '']) => {
        expected = without(expected, id);
        return forget(place, product, id);
      }),
    );
    for (const { status, body } of answers) {
      expect(status).toBe(200);
      await recorded(place, body.event_id);
    }
    expect(await stored(place)).toEqual(expected);
    expect(await balance(place)).toMatchObject({ missing: 0, doubled: 0 });
  });

  test('npm run forget keeps out what the installation sends later', async () => {
    const args = ['--product', 'sonarqube', '--id', SERVER];
    const told = await runCommand('services/standalone/forget.ts', args, place.env);
    expect(told).toMatch(/^Accepted\. The table erasures will have it as [0-9a-f-]{36}\.\n$/);
    await recorded(place, /[0-9a-f-]{36}/.exec(told)?.[0]);
    const { eventId } = await post(place, '/sonarqube', reportOf(SERVER, 4), {
      'x-received-at': `${Date.now() + 1_000}`,
    });
    const [outcome] = await eventually('the outcome', 30_000, async () => {
      const found = await ask(place, `SELECT outcome, reason FROM outcomes WHERE event_id = '${eventId}'`);
      return found.length > 0 ? found : undefined;
    });
    expect(outcome).toEqual({ outcome: 'drop', reason: 'suppressed' });
  });

  test('the answer is the same for an installation that nobody knows', async () => {
    await post(place, '/sonarqube', reportOf('known-SonarQube-server-1', 1));
    const answers = await Promise.all(
      ['known-SonarQube-server-1', UNKNOWN].flatMap((id) => [
        remove(place, `/v1/installations/sonarqube/${id}`),
        remove(place, '/sonarqube', { body: JSON.stringify({ id }) }),
      ]),
    );
    const shapes = answers.map(({ status, body }) => ({ status, keys: Object.keys(body), said: body.status }));
    expect(new Set(shapes.map((shape) => JSON.stringify(shape))).size).toBe(1);
    for (const { body } of answers) await recorded(place, body.event_id);
  });
});

describe('SIGKILL in the middle of an erasure', () => {
  test.each([0, 300, 1_500, 2_500])(
    'after %i ms only puts it off to the next start, and counts what it found once',
    async (afterMs) => {
      const place = await makePlace();
      const first = await startPipelineProcess(place);
      const reports = 200;
      const posting = Array.from({ length: reports }, (_, index) => post(place, '/sonarqube', reportOf(SERVER, index)));
      await Promise.all(posting);
      await post(place, '/sonarqube', reportOf(UNKNOWN, 1));
      const { body } = await remove(place, '/sonarqube', { body: JSON.stringify({ id: SERVER }) });
      await sleep(afterMs);
      await first.end('SIGKILL');

      const second = await startPipelineProcess(place);
      const [counted] = await recorded(place, body.event_id);
      await waitForOutcomes(place, reports + 2);
      expect(await stored(place)).toEqual(
        new Map([
          [`sonarqube_reports sonarqube ${UNKNOWN}`, 1],
          [`sonarqube_plugins sonarqube ${UNKNOWN}`, 1],
        ]),
      );
      const [{ dropped } = {}] = await ask(place, `SELECT countIf(outcome = 'drop') AS dropped FROM outcomes`);
      const { sonarqube_reports: found = 0 } = { ...(counted?.rows as Record<string, number> | undefined) };
      expect(found + Number(dropped)).toBe(reports);
      expect(await balance(place)).toMatchObject({ missing: 0, doubled: 0 });
      await second.end('SIGTERM');
      await place.remove();
    },
    240_000,
  );
});
