import { join } from 'node:path';
import type { ClickHouseClient } from '@clickhouse/client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openClickHouse } from '../../infra/clickhouse/client.ts';
import { parseEnvironment } from '../../services/runtime/environment.ts';
import { createLogger } from '../../services/runtime/logger.ts';
import { EmbeddedSchemaIds } from '../../services/runtime/registry/embedded.ts';
import { EmbeddedStateStore } from '../../services/runtime/state/embedded.ts';
import { publishBalance } from '../../services/sink/balance.ts';
import { standaloneEnvironment } from '../../services/standalone/config.ts';
import { type Pipeline, startPipeline } from '../../services/standalone/pipeline.ts';
import { type ClickHouseServer, startClickHouse } from '../support/clickhouse.ts';
import { eventually } from '../support/eventually.ts';
import { makePlace, type Place, post, waitForOutcomes } from '../support/pipeline.ts';
import { codeBlocks, readPage } from '../support/prose.ts';

/** What an installation is to name itself for its own erasure. */
const INSTALLATION = '5f0e2a2e-7a35-4b6b-9d8a-7c1f2c6f0d11';

const reportOf = (_: unknown, system: number): string =>
  JSON.stringify({
    system_id: system === 0 ? INSTALLATION : `${system}`,
    dt_version: '4.13.0',
    db_type: 'H2',
    db_version: '2.2',
  });

/** Reports of one product, and bodies of it that are none. */
const [REPORTS, BROKEN] = [40, 3];

let server: ClickHouseServer;
let client: ClickHouseClient;
let place: Place;
let pipeline: Pipeline;
/** Nothing stays in flight here, so that no schema is asked for. */
let ids: EmbeddedSchemaIds;
let state: EmbeddedStateStore;

const rows = async (query: string): Promise<Record<string, unknown>[]> => {
  const settings = { output_format_json_quote_64bit_integers: 0 } as const;
  const result = await client.query({ query, format: 'JSONEachRow', clickhouse_settings: settings });
  return result.json<Record<string, unknown>>();
};

const balance = (): Promise<Record<string, unknown>[]> =>
  rows('SELECT * EXCEPT day FROM candor.balance ORDER BY product');

const published = async (): Promise<Record<string, number>> => {
  const { metrics, log } = pipeline;
  await publishBalance({ clickhouse: client, metrics, log, ids, state, products: ['dependency-track'] });
  const current = async (gauge: typeof metrics.missing | typeof metrics.inFlight): Promise<number> =>
    (await gauge.get()).values.reduce((sum, { value }) => sum + value, 0);
  return {
    missing: await current(metrics.missing),
    doubled: await current(metrics.doubled),
    inFlight: await current(metrics.inFlight),
  };
};

beforeAll(async () => {
  server = await startClickHouse();
  client = openClickHouse(server.admin);
  const own = await makePlace();
  const { url, username, password } = server.admin;
  const clickHouse = { CLICKHOUSE_URL: url, CLICKHOUSE_USER: username, CLICKHOUSE_PASSWORD: password };
  place = { ...own, env: { ...own.env, ...clickHouse }, clickHouseUrl: url };
  const config = parseEnvironment(standaloneEnvironment, place.env);
  pipeline = await startPipeline(config, { logger: createLogger('silent') });
  const bodies = [...Array.from({ length: REPORTS }, reportOf), ...Array<string>(BROKEN).fill('no JSON')];
  await Promise.all(bodies.map((body) => post(place, '/v1/reports/dependency-track', body)));
  await waitForOutcomes(place, REPORTS + BROKEN);
  ids = new EmbeddedSchemaIds(join(place.dataDir, 'no-ids'));
  state = new EmbeddedStateStore(join(place.dataDir, 'no-state'));
}, 60_000);

afterAll(async () => {
  await pipeline?.close();
  await ids?.close();
  await state?.close();
  await client?.close();
  await server?.close();
  await place?.remove();
});

const WHOLE = {
  product: 'dependency-track',
  accepted: REPORTS + BROKEN,
  stored: REPORTS,
  dropped: 0,
  dead_lettered: BROKEN,
  missing: 0,
  doubled: 0,
  in_flight: 0,
};

test('when everything is stored, what was accepted is what has an outcome, and nothing is in flight', async () => {
  expect(await balance()).toEqual([WHOLE]);
  expect(await published()).toEqual({ missing: 0, doubled: 0, inFlight: 0 });
  const [log] = await rows('SELECT sum(log_end) AS held, sum(passed) AS passed FROM candor.lineage');
  expect(log).toEqual({ held: REPORTS + BROKEN, passed: REPORTS + BROKEN });
});

test('a replay and an erasure are events like others: nothing of what they did is missing', async () => {
  const [letter] = await rows(
    'SELECT event_id, _generation AS generation, _partition AS partition, _offset AS offset FROM candor.dead_letters LIMIT 1',
  );
  const replayed = await fetch(`${place.adminUrl}/replays`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify([{ ...letter, attempt: 0 }]),
  });
  expect(replayed.status).toBe(200);
  const erasure = await fetch(`${place.edgeUrl}/v1/installations/dependency-track/${INSTALLATION}`, {
    method: 'DELETE',
  });
  expect(erasure.status).toBe(200);
  await eventually('the end of the erasure', 60_000, async () => {
    const [row] = await rows(
      "SELECT sum(rows['dependency_track_reports']) AS n FROM candor.erasures WHERE step = 'counted'",
    );
    const [left] = await rows('SELECT count() AS n FROM candor.erasure_requests');
    return (row?.n === 1 && left?.n === 0) || undefined;
  });
  await waitForOutcomes(place, REPORTS + BROKEN + 2);
  expect(await published()).toEqual({ missing: 0, doubled: 0, inFlight: 0 });
  const both = { accepted: WHOLE.accepted + 2, stored: REPORTS + 1, dead_lettered: BROKEN + 1 };
  expect(await balance()).toEqual([{ ...WHOLE, ...both }]);
});

test('the rollup agrees with the table', async () => {
  const sums = 'product, outcome, sum(events) AS n, sum(body_bytes) AS bytes, sum(table_rows) AS rows';
  const rolledUp = await rows(`SELECT ${sums} FROM candor.counts_by_minute GROUP BY ALL ORDER BY ALL`);
  const counted = await rows(
    `SELECT product, outcome, count() AS n, sum(t.bytes) AS bytes, sum(t.rows) AS rows
     FROM candor.outcomes AS t GROUP BY ALL ORDER BY ALL SETTINGS optimize_use_projections = 0`,
  );
  expect(rolledUp).toEqual(counted);
  const plan = await rows('EXPLAIN SELECT minute, sum(events) FROM candor.counts_by_minute GROUP BY minute');
  expect(JSON.stringify(plan)).toContain('by_minute');
  expect(JSON.stringify(await rows('EXPLAIN SELECT * FROM candor.lineage'))).toContain('by_place');
});

test.each(codeBlocks(await readPage('docs/operations/balance.md'), 'sql').map((sql) => [sql]))(
  '%s works',
  async (sql) => {
    const analyst = openClickHouse({ ...server.admin, username: 'analyst', password: '' });
    const result = await analyst.query({
      query: sql,
      format: 'JSONEachRow',
      clickhouse_settings: { database: 'candor' },
    });
    await expect(result.json()).resolves.toBeInstanceOf(Array);
    await analyst.close();
  },
);

test('a block that comes again with its token is counted once', async () => {
  const insert = (): Promise<unknown> =>
    client.command({
      query: `INSERT INTO candor.outcomes (event_id, product, received_at, _generation, _partition, _offset, outcome)
        SELECT generateUUIDv4(), 'tried again', now() - 100, 'other', 0, number, 'stored' FROM numbers(10)`,
      clickhouse_settings: { insert_deduplication_token: 'the same block', async_insert: 0 },
    });
  await insert();
  await insert();
  const counted = await rows("SELECT sum(events) AS n FROM candor.counts_by_minute WHERE product = 'tried again'");
  expect(counted).toEqual([{ n: 10 }]);
  expect(await published()).toEqual({ missing: 0, doubled: 0, inFlight: 0 });
});

describe('a fault', () => {
  const TORN = "_generation = 'other' AND _offset = 4";

  test('that takes an outcome away shows as one missing event of that day', async () => {
    await client.command({
      query: `ALTER TABLE candor.outcomes DELETE WHERE ${TORN}`,
      clickhouse_settings: { mutations_sync: '2' },
    });
    expect(await published()).toEqual({ missing: 1, doubled: 0, inFlight: 0 });
    expect(await balance()).toContainEqual(expect.objectContaining({ product: '', accepted: 1, missing: 1 }));
    expect(await rows('SELECT fault, first_offset, last_offset, events FROM candor.lineage_faults')).toEqual([
      { fault: 'missing', first_offset: 4, last_offset: 4, events: 1 },
    ]);
  });

  test('that stores an outcome twice shows as one doubled event of its product', async () => {
    const [doubled] = await rows("SELECT event_id FROM candor.outcomes WHERE product = 'dependency-track' LIMIT 1");
    await client.command({
      query: `INSERT INTO candor.outcomes SELECT * FROM candor.outcomes WHERE event_id = '${doubled?.event_id}'`,
    });
    expect(await published()).toEqual({ missing: 1, doubled: 1, inFlight: 0 });
    expect(await balance()).toContainEqual(
      expect.objectContaining({ product: 'dependency-track', accepted: WHOLE.accepted + 2, doubled: 1 }),
    );
  });

  test('is found in old lineage too, and expired rows are no loss', async () => {
    const insert = (daysAgo: number, offsets: string): Promise<unknown> =>
      client.command({
        query: `INSERT INTO candor.outcomes (event_id, product, received_at, _generation, _partition, _offset, outcome)
          SELECT generateUUIDv4(), 'old', now() - INTERVAL ${daysAgo} DAY, 'aged', 0, arrayJoin(${offsets}), 'stored'`,
      });
    const found = (): Promise<unknown> =>
      rows("SELECT first_offset, next_offset, missing FROM candor.lineage WHERE generation = 'aged'");
    await insert(90, '[0, 1, 5, 6]');
    expect(await found()).toEqual([]);
    // Received at about the same time, on both sides of the edge, and in another order in the log.
    await insert(46, '[7, 8, 10]');
    await insert(44, '[9, 11, 12, 14]');
    expect(await found()).toEqual([{ first_offset: 9, next_offset: 15, missing: 1 }]);
  });
});

test('a gap in the numbers of a SonarQube server is told, a number that came twice is none', async () => {
  await client.command({
    query: `INSERT INTO candor.sonarqube_reports (event_id, product, installation_id, received_at, message_sequence_number)
      SELECT generateUUIDv4(), 'sonarqube', 'server', now() - 1000 + number, [1, 2, 2, 5, 6, 9][number + 1] FROM numbers(6)`,
  });
  expect(
    await rows('SELECT installation_id, first_missing, last_missing, reports FROM candor.sonarqube_gaps ORDER BY 2'),
  ).toEqual([
    { installation_id: 'server', first_missing: 3, last_missing: 4, reports: 2 },
    { installation_id: 'server', first_missing: 7, last_missing: 8, reports: 2 },
  ]);
});
