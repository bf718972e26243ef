import type { Kind } from '../pack/catalog.ts';
import type { FlattenContext } from '../pack/pack.ts';

/** Columns by table; `installation_id` among them. */
export type ColumnsByTable = ReadonlyMap<string, ReadonlySet<string>>;

/** A table of one document: its number of rows, and by column the values over all rows, as text. */
interface Values {
  readonly rows: number;
  readonly columns: ReadonlyMap<string, string>;
}

/** Texts that every derivation tells from others: a version, a time, an operating system, a switch, a command. */
const TEXTS = ['7.8.9', '2001-02-03T04:05:06Z', 'windows', 'true', 'fetch', 'other'];
const NUMBERS = [0, 1, 1_000_000_000_000];

/** Places of a document that a change is tried at: one by one, since equal values could fall together. */
const MAX_PLACES = 8;

type Change = (value: unknown) => unknown;

const textChange =
  (text: string): Change =>
  (value) =>
    typeof value === 'string' ? text : value;

/** Changes of a value; each leaves values of another type as they are. */
const CHANGES: readonly Change[] = [
  (value) => (typeof value === 'boolean' ? !value : value),
  (value) => (typeof value === 'number' ? value + 1 : value),
  (value) => (typeof value === 'string' ? `${value}x` : value),
  ...NUMBERS.map((number) => (value: unknown) => (typeof value === 'number' ? number : value)),
  ...TEXTS.map(textChange),
];

const CONTEXT: FlattenContext = { receivedAtMs: Date.UTC(2026, 10, 21), addressHash: null, region: null };

const stepsOf = (path: string): string[] =>
  path
    .replaceAll('[]', '.[]')
    .split('.')
    .filter((step) => step !== '');

/** The value with a change made wherever the path of a contract leads. */
const changed = (value: unknown, steps: readonly string[], change: Change): unknown => {
  const [step, ...rest] = steps;
  if (step === undefined) return change(value);
  if (Array.isArray(value)) return step === '[]' ? value.map((element) => changed(element, rest, change)) : value;
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, entry]): [string, unknown] => {
    if (step === '*key') return [String(change(key)), entry];
    return [key, step === '*' || step === key ? changed(entry, rest, change) : entry];
  });
  return Object.fromEntries(entries);
};

/** The texts that stand at a path anywhere: where only a few are allowed, each of them is another one for the rest. */
const textsAt = (steps: readonly string[], documents: readonly unknown[]): readonly string[] => {
  const texts = new Set<string>();
  for (const document of documents) {
    changed(document, steps, (leaf) => {
      if (typeof leaf === 'string' && texts.size < MAX_PLACES) texts.add(leaf);
      return leaf;
    });
  }
  return [...texts];
};

/** The document with each change made at each of the first places of a path. */
function* variants(document: unknown, steps: readonly string[], changes: readonly Change[]): Generator<unknown> {
  for (const change of changes) {
    for (let chosen = 0; chosen < MAX_PLACES; chosen += 1) {
      let place = -1;
      let isOther = false;
      const variant = changed(document, steps, (leaf) => {
        place += 1;
        const value = place === chosen ? change(leaf) : leaf;
        isOther ||= value !== leaf;
        return value;
      });
      if (isOther) yield variant;
      if (place <= chosen) break;
    }
  }
}

/** The rows that a document as its client sent it becomes; undefined when it breaks the contract. */
const valuesOf = ({ contract, flatten }: Kind, document: unknown): ReadonlyMap<string, Values> | undefined => {
  const parsed = contract.schema.safeParse(document);
  if (!parsed.success) return undefined;
  const installation_id = contract.installationId(parsed.data);
  const tables = Object.entries(flatten(parsed.data, CONTEXT)).map(([table, rows = []]): [string, Values] => {
    const all = rows.map((row): Readonly<Record<string, unknown>> => ({ ...row, installation_id }));
    const columns = Object.keys(all[0] ?? {});
    const texts = columns.map((name) => [name, JSON.stringify(all.map((row) => row[name]))] as const);
    return [table, { rows: rows.length, columns: new Map(texts) }];
  });
  return new Map(tables);
};

/** What of a table follows from a change; nothing when rows came or went, since then everything in it has moved. */
const differences = (before: Values, after: Values | undefined): string[] =>
  after?.rows === before.rows
    ? [...before.columns].filter(([name, values]) => after.columns.get(name) !== values).map(([name]) => name)
    : [];

/**
 * The columns in which a field of a contract is kept, as it is or as what was derived from it: those that change when it does. Found
 * by trying, on documents as clients send them; undefined when none of them has the field with a value that can be another.
 */
export const traceColumns = (kind: Kind, path: string, documents: readonly unknown[]): ColumnsByTable | undefined => {
  const steps = stepsOf(path);
  const changes = [...CHANGES, ...textsAt(steps, documents).map(textChange)];
  const found = new Map<string, Set<string>>();
  let isTried = false;
  for (const document of documents) {
    const before = valuesOf(kind, document);
    for (const other of variants(document, steps, changes)) {
      const after = valuesOf(kind, other);
      if (after === undefined) continue;
      isTried = true;
      for (const [table, values] of before ?? []) {
        const columns = differences(values, after.get(table));
        if (columns.length > 0) found.set(table, new Set([...(found.get(table) ?? []), ...columns]));
      }
    }
  }
  return isTried ? found : undefined;
};
