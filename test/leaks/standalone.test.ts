import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { gzipSync } from 'node:zlib';
import { open } from 'lmdb';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { USERS } from '../../infra/clickhouse/embedded/configuration.ts';
import { loadCatalog } from '../../schemas/pack/catalog.ts';
import { eventually } from '../support/eventually.ts';
import { ask, makePlace, type Place, type RunningPipeline, spawnPipeline } from '../support/pipeline.ts';
import { allCanaries, CONNECTION_CANARIES, CONTROL } from './canaries.ts';
import { CARELESS_PATH } from './careless-logging.ts';
import { CLICKHOUSE_LOGS } from './clickhouse-logs.ts';
import { commandsPlace } from './commands.ts';
import { describeLeaks, type Finding, findLeaks, placesOf } from './find-leaks.ts';
import { type Answers, fire, type Target } from './fire.ts';
import { bytesPlace, filesPlace, type Place as LeakPlace, pagesPlace, tablesPlace } from './places.ts';
import { report } from './report.ts';
import { createSearch } from './search.ts';
import { makeShots } from './shots.ts';

/** A minute on an idle machine. */
const TIMEOUT_MS = 300_000;

vi.setConfig({ testTimeout: TIMEOUT_MS });

const catalog = await loadCatalog();
const shots = makeShots(catalog);
const search = createSearch(allCanaries());
const answers: Answers = { statuses: new Map(), written: [] };
const printed: (() => string)[] = [];

let place: Place;
let running: RunningPipeline;
let target: Target;

const start = async (env: Readonly<Record<string, string>>): Promise<void> => {
  const preload = new URL('careless-logging.ts', import.meta.url).href;
  const pipeline = spawnPipeline(place, { LOG_LEVEL: 'trace', NODE_OPTIONS: `--import=${preload}`, ...env });
  running = pipeline;
  printed.push(pipeline.output);
  await eventually('the start of the pipeline', TIMEOUT_MS, () => {
    return pipeline.output().includes('Candor is running') || undefined;
  });
};

const killClickHouse = async (): Promise<void> => {
  const children = await readFile(`/proc/${running.pid}/task/${running.pid}/children`, 'utf8');
  process.kill(Number(children.trim().split(' ')[0]), 'SIGKILL');
};

const settled = (): Promise<true> =>
  eventually('everything to be stored', TIMEOUT_MS, async () => {
    const metrics = await (await fetch(`${place.adminUrl}/metrics`)).text();
    const lags = [...metrics.matchAll(/^candor_consumer_lag_records\{.*\} (\d+)$/gm)].map(([, lag]) => Number(lag));
    return (lags.length === 3 && lags.every((lag) => lag === 0)) || undefined;
  });

/** The passwords of the embedded server are made anew at each start, and stand in its configuration. */
const adminPassword = async (): Promise<string> => {
  const users = await readFile(join(place.dataDir, 'clickhouse', 'users.xml'), 'utf8');
  return new RegExp(`<${USERS.admin}>\\s*<password>(\\w+)`).exec(users)?.[1] ?? '';
};

const LOG_NAME = 'event log (LMDB, its free pages too)';

const isClickHouseData = (path: string): boolean => path.startsWith('clickhouse/data');

const writtenPlaces = (): LeakPlace[] => [
  bytesPlace('stdout and stderr, LOG_LEVEL=trace', () => printed.map((output) => output())),
  bytesPlace('answers to clients', () => answers.written),
  filesPlace(LOG_NAME, join(place.dataDir, 'log'), true),
  filesPlace('ClickHouse: files', place.dataDir, false, isClickHouseData),
  filesPlace(
    'all other files: state store, schema ids, configuration, ClickHouse log',
    place.dataDir,
    false,
    (path) => !path.startsWith('log') && !isClickHouseData(path),
  ),
];

const livePlaces = async (): Promise<LeakPlace[]> => [
  tablesPlace('ClickHouse: all tables, query_log and its like', {
    url: place.clickHouseUrl,
    username: USERS.admin,
    password: await adminPassword(),
  }),
  pagesPlace(
    '/metrics, /healthz, /readyz',
    ['metrics', 'healthz', 'readyz'].map((page) => `${place.adminUrl}/${page}`),
  ),
];

const findings: Finding[] = [];

beforeAll(async () => {
  place = await makePlace();
  target = { edgePort: Number(place.env.EDGE_PORT), adminPort: Number(place.env.ADMIN_PORT) };
  await mkdir(join(place.dataDir, 'clickhouse', 'config.d'), { recursive: true });
  await writeFile(join(place.dataDir, 'clickhouse', 'config.d', 'logs.xml'), CLICKHOUSE_LOGS);
  const third = Math.ceil(shots.length / 3);
  // IPv4 comes as IPv6 to an edge that listens to both.
  await start({ EDGE_HOST: '::' });
  const lost = [await fire(target, shots.slice(0, third), answers)];
  await killClickHouse();
  const second = fire(target, shots.slice(third, 2 * third), answers);
  await settled();
  findings.push(...(await findLeaks(search, await livePlaces())));
  await running.end('SIGKILL');
  lost.push(await second);
  await start({ TRUSTED_PROXY_HOPS: '1' });
  lost.push(await fire(target, [...shots.slice(2 * third), ...lost.flat()], answers));
  expect(lost[2]).toEqual([]);
  await settled();
}, TIMEOUT_MS);

afterAll(async () => {
  await running?.end('SIGKILL');
  await place?.remove();
});

describe('with all parts in one process', () => {
  test('every kind of every product went the whole way, and every other way there is', async () => {
    const stored = await ask(place, `SELECT DISTINCT kind FROM outcomes WHERE outcome = 'stored'`);
    expect(stored.map(({ kind }) => kind).sort()).toEqual([...catalog.kinds.keys()].sort());
    const reasons = (await ask(place, 'SELECT DISTINCT reason FROM dead_letters')).map(({ reason }) => reason);
    const expected = ['not_json', 'not_utf8', 'inflate_failed', 'contract_violation', 'unknown_kind', 'undecodable'];
    expect(reasons).toEqual(expect.arrayContaining(expected));
    expect([...answers.statuses.keys()]).toEqual(expect.arrayContaining([200, 400, 404, 405, 415]));
  });

  test('no canary is found anywhere', async () => {
    const commands = await commandsPlace(place, place.env);
    findings.push(...(await findLeaks(search, [...(await livePlaces()), commands, ...writtenPlaces()])));
    process.stdout.write(`\n${report('All parts in one process', shots, findings)}\n`);
    expect(findings.filter(({ bytes }) => bytes === 0)).toEqual([]);
    expect(describeLeaks(findings)).toEqual([]);
  });

  test('what is kept is found in the tables, the event log and the answers to who asked for it: they were searched', async () => {
    const found = placesOf(await findLeaks(createSearch([CONTROL]), [...(await livePlaces()), ...writtenPlaces()]));
    const expected = ['ClickHouse: all tables, query_log and its like', LOG_NAME, 'answers to clients'];
    expect(found).toEqual(expect.arrayContaining(expected));
  });

  test('the bodies as they came are found in the event log, so the search works', () => {
    const [log] = findings.filter(({ place: name }) => name === LOG_NAME);
    expect(log?.asSent).toBeGreaterThan(1_000);
  });
});

describe('a leak is found that was made on purpose', () => {
  const secret = CONNECTION_CANARIES.forwarded.text;

  const leaksIn = async (places: readonly LeakPlace[]): Promise<string[]> => {
    const found = await findLeaks(search, places);
    return found.flatMap(({ place: name, leaks }) => [
      ...new Set(leaks.map(({ canary }) => `${canary.kind}: ${name}`)),
    ]);
  };

  const asAdmin = async (query: string): Promise<void> => {
    const headers = { 'x-clickhouse-user': USERS.admin, 'x-clickhouse-key': await adminPassword() };
    expect((await fetch(place.clickHouseUrl, { method: 'POST', body: query, headers })).status).toBe(200);
  };

  test('in a line of the log, as base64', async () => {
    await fire(
      target,
      [{ door: '', canaries: [], send: { method: 'GET', path: CARELESS_PATH, headers: {}, body: Buffer.alloc(0) } }],
      answers,
    );
    await eventually('the line', TIMEOUT_MS, async () => (await leaksIn(writtenPlaces())).length > 0 || undefined);
    expect(await leaksIn(writtenPlaces())).toEqual(['address of the peer: stdout and stderr, LOG_LEVEL=trace']);
  });

  test('in a row', async () => {
    await asAdmin(`INSERT INTO candor.dead_letters (received_at, detail) VALUES (now(), '${secret}')`);
    const [tables] = await livePlaces();
    expect(await leaksIn(tables ? [tables] : [])).toContain(`address behind a proxy: ${tables?.name}`);
  });

  test('in a page of LMDB that is free again, and in a compressed file', async () => {
    await running.end('SIGTERM');
    const state = open<Buffer, string>({ path: join(place.dataDir, 'state'), encoding: 'binary' });
    await state.put('planted', Buffer.from(`${'x'.repeat(5_000)}${CONNECTION_CANARIES.forwardedV6.text}`));
    await state.flushed;
    await state.remove('planted');
    await state.close();
    await writeFile(
      join(place.dataDir, 'registry', 'core'),
      gzipSync(`in the middle: ${CONNECTION_CANARIES.host.text}`),
    );
    const found = await leaksIn(writtenPlaces().slice(-1));
    expect(found.map((each) => each.split(':')[0])).toEqual(
      expect.arrayContaining(['IPv6 address behind a proxy', 'host of the URL']),
    );
  });
});
