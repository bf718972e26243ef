import { gzipSync } from 'node:zlib';
import type { ProductCatalog } from '../../schemas/pack/catalog.ts';
import { COMMON_COLUMNS } from '../../schemas/pack/table.ts';
import type { ValidExample } from './examples.ts';
import { ask, type Place, post } from './pipeline.ts';

type Row = Record<string, unknown>;

/** The rows of events by table, by the events' ids. */
export type RowsByEvent = ReadonlyMap<string, ReadonlyMap<string, readonly Row[]>>;

/** Posts an example the way its client does where it has a door for JSON of its own, else through the neutral one. */
export const postExample = (
  place: Pick<Place, 'edgeUrl'>,
  catalog: ProductCatalog,
  { product, body }: Pick<ValidExample, 'product' | 'body'>,
): ReturnType<typeof post> => {
  if (product === 'sonarqube') {
    const path = body.includes('"metric_values"') ? '/sonarqube/metrics' : '/sonarqube';
    return post(place, path, gzipSync(body), { 'content-encoding': 'gzip' });
  }
  const endpoint = catalog.products.get(product)?.wire.endpoints.find(({ decode }) => decode === undefined);
  // Fetch sets Host by itself, so the product that is told by its host alone comes through the neutral door.
  return post(place, endpoint && endpoint.path !== '/' ? endpoint.path : `/v1/reports/${product}`, body);
};

/** Everything that is stored in the tables of the products. */
export const readRows = async (
  place: Pick<Place, 'clickHouseUrl'>,
  catalog: Pick<ProductCatalog, 'tables'>,
): Promise<RowsByEvent> => {
  const rowsOf = new Map<string, Map<string, Row[]>>();
  for (const table of catalog.tables.keys()) {
    for (const row of await ask(place, `SELECT * FROM ${table} ORDER BY ALL`)) {
      const eventId = String(row.event_id);
      const byTable = rowsOf.get(eventId) ?? new Map<string, Row[]>();
      rowsOf.set(eventId, byTable.set(table, [...(byTable.get(table) ?? []), row]));
    }
  }
  return rowsOf;
};

/** The pack's own columns; the hash of our address, which depends on a random key, is looked at by a test of its own. */
const ownColumns = ({ address_hash, ...row }: Row): Row => {
  const own = Object.entries(row).filter(([name]) => !(name in COMMON_COLUMNS));
  return Object.fromEntries(address_hash === undefined ? own : [...own, ['address_hash', null]]);
};

/** Rows in an order of their own: what SQL gives has none, and their index is among their values. */
const sorted = (rows: readonly Readonly<Row>[]): unknown[] => {
  const keyed = rows.map((row) => Object.fromEntries(Object.entries(row).toSorted(([a], [b]) => a.localeCompare(b))));
  return keyed.toSorted((a, b) => JSON.stringify(a).localeCompare(JSON.stringify(b)));
};

/** What is stored of an event, to be compared with {@link expectedRows}. */
export const storedRows = (rowsOf: RowsByEvent, eventId: string | undefined): Record<string, unknown[]> =>
  Object.fromEntries(
    [...(rowsOf.get(eventId ?? '') ?? [])].map(([table, rows]) => [table, sorted(rows.map(ownColumns))]),
  );

/** What must be stored of an example. */
export const expectedRows = (example: Pick<ValidExample, 'rows'>): Record<string, unknown[]> =>
  Object.fromEntries(Object.entries(example.rows).map(([table, rows]) => [table, sorted(rows)]));
