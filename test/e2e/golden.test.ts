import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadCatalog } from '../../schemas/pack/catalog.ts';
import { COMMON_COLUMNS } from '../../schemas/pack/table.ts';
import { validExamples } from '../support/examples.ts';
import { expectedRows, postExample, type RowsByEvent, readRows, storedRows } from '../support/golden.ts';
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
let rowsOf: RowsByEvent;
let place: Place;
let running: RunningPipeline;

beforeAll(async () => {
  place = await makePlace();
  running = await startPipelineProcess(place);
  // Shown, and not stored: the numbers of outcomes and rows below are those of the reports alone.
  const shown = await post(place, '/v1/echo/emqx', '{"uuid":"U1","emqx_version":"5.8.9"}');
  expect(shown.status).toBe(200);
  for (const example of examples) {
    const name = `${example.product}/${example.name}`;
    const { status, eventId } = await postExample(place, catalog, example);
    expect(status, name).toBe(200);
    eventIds.set(name, eventId);
  }
  await waitForOutcomes(place, examples.length);
  rowsOf = await readRows(place, catalog);
}, 120_000);

afterAll(async () => {
  await running?.end('SIGTERM');
  await place?.remove();
});

describe('every valid example, through HTTP to SQL', () => {
  test.each(examples.map((example) => [`${example.product}/${example.name}`, example] as const))(
    '%s is stored value by value',
    (name, example) => {
      expect(storedRows(rowsOf, eventIds.get(name))).toEqual(expectedRows(example));
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

  test.each(examples.map((example) => [`${example.product}/${example.name}`, example] as const))(
    'the receipt of %s says in which tables it is',
    async (name, { rows }) => {
      const response = await fetch(`${place.edgeUrl}/v1/receipts/${eventIds.get(name)}`);
      const counts = Object.entries(rows).map(([table, { length }]) => [table, length] as const);
      const tables = Object.fromEntries(counts.filter(([, count]) => count > 0));
      const state = (await response.json()) as { readonly status: string; readonly tables: object };
      expect([state.status, state.tables]).toEqual(['stored', tables]);
    },
  );

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
