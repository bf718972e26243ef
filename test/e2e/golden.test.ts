import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadCatalog } from '../../schemas/pack/catalog.ts';
import { COMMON_COLUMNS } from '../../schemas/pack/table.ts';
import { validExamples } from '../support/examples.ts';
import {
  ask,
  makePlace,
  type Place,
  post,
  type RunningPipeline,
  startPipelineProcess,
  waitForOutcomes,
} from '../support/pipeline.ts';
import { codeBlocks, readPage } from '../support/prose.ts';

const catalog = await loadCatalog();
const examples = await validExamples();
const pages = await Promise.all(['README.md', 'docs/services/anonymizer.md'].map(readPage));
const documentedQueries = pages.flatMap((page) => codeBlocks(page, 'sql'));
const eventIds = new Map<string, string>();
const rowsOf = new Map<string, Map<string, Record<string, unknown>[]>>();
let place: Place;
let running: RunningPipeline;

/** Posts an example the way its client does where it has a door of its own, else through the neutral one. */
const send = (product: string, body: string) => {
  const [endpoint] = catalog.products.get(product)?.wire.endpoints ?? [];
  if (product === 'sonarqube') return post(place, '/sonarqube', gzipSync(body), { 'content-encoding': 'gzip' });
  // Fetch sets Host by itself, so the product that is told by its host alone comes through the neutral door.
  return post(place, endpoint && endpoint.path !== '/' ? endpoint.path : `/v1/reports/${product}`, body);
};

beforeAll(async () => {
  place = await makePlace();
  running = await startPipelineProcess(place);
  for (const { product, name, body } of examples) {
    const { status, eventId } = await send(product, body);
    expect(status, `${product}/${name}`).toBe(200);
    eventIds.set(`${product}/${name}`, eventId);
  }
  await waitForOutcomes(place, examples.length);
  for (const table of catalog.tables.keys()) {
    for (const row of await ask(place, `SELECT * FROM ${table} ORDER BY ALL`)) {
      const eventId = String(row.event_id);
      const byTable = rowsOf.get(eventId) ?? new Map<string, Record<string, unknown>[]>();
      rowsOf.set(eventId, byTable.set(table, [...(byTable.get(table) ?? []), row]));
    }
  }
}, 120_000);

afterAll(async () => {
  await running?.end('SIGTERM');
  await place?.remove();
});

/** The pack's own columns; the hash of our address, which depends on a random key, is looked at by a test of its own. */
const ownColumns = ({ address_hash, ...row }: Record<string, unknown>): Record<string, unknown> => {
  const own = Object.entries(row).filter(([name]) => !(name in COMMON_COLUMNS));
  return Object.fromEntries(address_hash === undefined ? own : [...own, ['address_hash', null]]);
};

/** Rows in an order of their own: what SQL gives has none, and their index is among their values. */
const sorted = (rows: readonly Record<string, unknown>[]): unknown[] => {
  const keyed = rows.map((row) => Object.fromEntries(Object.entries(row).toSorted(([a], [b]) => a.localeCompare(b))));
  return keyed.toSorted((a, b) => JSON.stringify(a).localeCompare(JSON.stringify(b)));
};

describe('every valid example, through HTTP to SQL', () => {
  test.each(examples.map((example) => [`${example.product}/${example.name}`, example] as const))(
    '%s is stored value by value',
    (name, example) => {
      const stored = rowsOf.get(eventIds.get(name) ?? '') ?? new Map<string, Record<string, unknown>[]>();
      const values = Object.fromEntries([...stored].map(([table, rows]) => [table, sorted(rows.map(ownColumns))]));
      expect(values).toEqual(
        Object.fromEntries(Object.entries(example.rows).map(([table, rows]) => [table, sorted(rows)])),
      );
    },
  );

  test('leaves one outcome per report, which says that it is stored and in how many rows', async () => {
    const outcomes = await ask(place, 'SELECT event_id, outcome, rows FROM outcomes');
    const expected = examples.map(({ product, name, rows }) => ({
      event_id: eventIds.get(`${product}/${name}`),
      outcome: 'stored',
      rows: Object.values(rows).flat().length,
    }));
    const byId = (a: { event_id?: unknown }, b: { event_id?: unknown }) =>
      String(a.event_id).localeCompare(String(b.event_id));
    expect(outcomes.toSorted(byId)).toEqual(expected.toSorted(byId));
  });

  test('keeps no dead letter, and no unknown field of a newer version', async () => {
    expect(await ask(place, 'SELECT * FROM dead_letters')).toEqual([]);
  });

  test('hashes the address under a random key where the documentation promises a hash', async () => {
    const [row] = await ask(place, 'SELECT groupUniqArray(address_hash) AS hashes FROM cloudquery_operations');
    expect(row?.hashes).toEqual([expect.stringMatching(/^[0-9a-f]{64}$/)]);
  });

  test('gives every row of a report the same common columns', async () => {
    for (const byTable of rowsOf.values()) {
      const rows = [...byTable.values()].flat();
      const common = rows.map((row) => JSON.stringify(Object.keys(COMMON_COLUMNS).map((name) => row[name])));
      expect(new Set(common).size).toBe(1);
    }
  });
});

describe('the documentation', () => {
  test.each(documentedQueries.map((sql) => [sql.split('\n')[0] ?? '', sql] as const))(
    'has a query that works: %s',
    async (_title, sql) => {
      expect(await ask(place, sql)).toBeInstanceOf(Array);
    },
  );
});
