import { readdir, readFile } from 'node:fs/promises';
import { PRODUCTS_URL } from '../../schemas/pack/catalog.ts';
import { allColumns, type Column, type Columns, type Table } from '../../schemas/pack/table.ts';

/** A document as a client sends it, and the rows by table that must come of it (times as ISO text). */
export interface ValidExample {
  readonly product: string;
  readonly name: string;
  readonly body: string;
  readonly rows: Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>>;
}

/** A document that must be refused: why, and where in it (the start of the dead letter's detail). */
export interface InvalidExample {
  readonly product: string;
  readonly name: string;
  readonly reason: string;
  readonly detail: string;
  /** The document, or `text` where it isn't JSON. */
  readonly report?: unknown;
  readonly text?: string;
}

const read = (url: URL): Promise<string> => readFile(url, 'utf8');

const namesIn = async (folder: URL): Promise<string[]> =>
  (await readdir(folder)).filter((file) => file.endsWith('.json')).map((file) => file.slice(0, -5));

const products = async (): Promise<string[]> =>
  (await readdir(PRODUCTS_URL, { withFileTypes: true })).filter((entry) => entry.isDirectory()).map(({ name }) => name);

/** All valid examples of all products. */
export const validExamples = async (): Promise<ValidExample[]> => {
  const found = (await products()).map(async (product) => {
    const folder = new URL(`${product}/examples/`, PRODUCTS_URL);
    const names = await namesIn(new URL('valid/', folder));
    return Promise.all(
      names.map(async (name) => ({
        product,
        name,
        body: await read(new URL(`valid/${name}.json`, folder)),
        rows: JSON.parse(await read(new URL(`rows/${name}.json`, folder))) as ValidExample['rows'],
      })),
    );
  });
  return (await Promise.all(found)).flat();
};

/** All invalid examples of all products. */
export const invalidExamples = async (): Promise<InvalidExample[]> => {
  const found = (await products()).map(async (product) => {
    const folder = new URL(`${product}/examples/invalid/`, PRODUCTS_URL);
    const names = await namesIn(folder);
    return Promise.all(
      names.map(async (name) => ({
        ...(JSON.parse(await read(new URL(`${name}.json`, folder))) as InvalidExample),
        product,
        name,
      })),
    );
  });
  return (await Promise.all(found)).flat();
};

const readable = (column: Column | undefined, value: unknown): unknown =>
  column?.type.includes('DateTime64') && typeof value === 'number' ? new Date(value).toISOString() : value;

/** A row with its times as ISO text, as the examples write them. */
export const readableRow = (table: Table, row: Readonly<Record<string, unknown>>): Record<string, unknown> => {
  const columns: Columns = allColumns(table);
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, readable(columns[name], value)]));
};
