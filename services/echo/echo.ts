import { randomUUIDv7 } from 'node:crypto';
import type { ProductCatalog } from '../../schemas/pack/catalog.ts';
import { allColumns, type Table } from '../../schemas/pack/table.ts';
import type { AnonymizedEvent } from '../../schemas/topics/anonymized.ts';
import type { RawEvent } from '../../schemas/topics/raw.ts';
import { createAnonymize, type DocumentBounds } from '../anonymizer/anonymize.ts';
import type { Locate } from '../anonymizer/place.ts';
import type { Echo } from '../edge/echo/show-echo.ts';
import { createEnrich } from '../enricher/enrich.ts';
import type { Outcome } from '../runtime/outcome.ts';
import { commonRow, type Rows } from '../runtime/rows/event-rows.ts';

/** Largest document once it is inflated, in bytes: stages run while other clients wait. A thousand times an ordinary report. */
const MAX_INFLATED_BYTES = 4 * 1024 * 1024;

/** Rows of one table that are shown; how many there are is said. */
const MAX_ROWS_SHOWN = 50;

/** Stands for the hash, whose key is of no use here. */
const SHOWN_HASH = '(keyed hash of the address)';

const DAY_MS = 86_400_000;

/** Columns that only come with storing, and say nothing of the report. */
const NOT_SHOWN = ['event_id', '_generation', '_partition', '_offset'];

const readable = (type: string, value: unknown): unknown => {
  if (typeof value !== 'number') return value;
  if (type.includes('DateTime64')) return new Date(value).toISOString();
  return type.includes('Date') ? new Date(value * DAY_MS).toISOString().slice(0, 10) : value;
};

const readableRow = (table: Table, row: object): Readonly<Record<string, unknown>> => {
  const values = new Map(Object.entries(row));
  return Object.fromEntries(
    Object.entries(allColumns(table))
      .filter(([name]) => !NOT_SHOWN.includes(name))
      .map(([name, { type }]) => [name, readable(type, values.get(name))]),
  );
};

const shownTables = (tables: ReadonlyMap<string, Table>, common: object, rows: Rows): object =>
  Object.fromEntries(
    Object.entries(rows).flatMap(([name, tableRows = []]) => {
      const table = tables.get(name);
      if (table === undefined || tableRows.length === 0) return [];
      const shown = tableRows.slice(0, MAX_ROWS_SHOWN).map((row) => readableRow(table, { ...common, ...row }));
      return [[name, { rows: tableRows.length, shown }]];
    }),
  );

const refusal = (outcome: Exclude<Outcome<unknown>, { kind: 'emit' }>): object => ({
  outcome: outcome.kind,
  kind: outcome.documentKind,
  reason: outcome.reason,
  ...(outcome.kind === 'reject' && { detail: outcome.detail }),
});

/**
 * Creates what shows a client what would be kept of its report: the stages themselves, without log, state and tables. The address
 * becomes a place and goes no further. Whether the report has come before is not looked at.
 */
export const createEcho = (catalog: ProductCatalog, locate: Locate, bounds: DocumentBounds): Echo => {
  const inflation = { ...bounds.inflation, maxBytes: Math.min(bounds.inflation.maxBytes, MAX_INFLATED_BYTES) };
  const anonymize = createAnonymize(catalog, { ...bounds, inflation });
  const enrich = createEnrich(catalog);
  return ({ client, ...received }) => {
    const raw: RawEvent = { ...received, event_id: randomUUIDv7(), replay_of: null, address: null };
    const cleaned = anonymize(raw, { address: client, locate, hash: () => SHOWN_HASH, suppression: () => '' });
    if (cleaned.kind !== 'emit') return refusal(cleaned);
    const { kept, found } = cleaned.event;
    const event: AnonymizedEvent = {
      event_id: raw.event_id,
      received_at: raw.received_at,
      product: raw.product,
      lineage: { generation: '', partition: 0, offset: 0 },
      bytes: raw.body.length,
      replay_of: null,
      kept,
      refused: null,
    };
    const enriched = enrich(event, kept);
    if (enriched.kind !== 'emit') return refusal(enriched);
    const hashed = kept.address_hash === null ? '' : ' and a keyed hash';
    return {
      outcome: 'stored',
      kind: kept.kind,
      removed: {
        address: client === undefined ? 'unknown' : `became a place${hashed}`,
        unlisted_fields: kept.unknown_fields,
        found_in_texts: Object.fromEntries(found),
      },
      tables: shownTables(catalog.tables, commonRow(event), enriched.event),
    };
  };
};
