import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { ClickHouseAccess } from '../../infra/clickhouse/client.ts';

/** Somewhere that something was written to. */
export interface Place {
  readonly name: string;
  /** Whether the topic or the spool of raw reports is in it: bodies as they came, until they expire. */
  readonly holdsBodies: boolean;
  /** All that is there now, in parts. */
  read(): AsyncIterable<Buffer>;
}

/** Something that is in memory here. */
export const bytesPlace = (name: string, bytes: () => readonly (Buffer | string)[]): Place => ({
  name,
  holdsBodies: false,
  async *read() {
    yield Buffer.concat(bytes().map((part) => Buffer.concat([Buffer.from(part), Buffer.from('\n')])));
  },
});

/** Kafka and LMDB make their files larger than what is in them; a hole in a file holds nothing. */
const withoutTail = (bytes: Buffer): Buffer => {
  let end = bytes.length;
  while (end > 0 && bytes[end - 1] === 0) end -= 1;
  return bytes.subarray(0, end);
};

/** What `reading` gives, or undefined when it is gone: ClickHouse removes the parts that it has merged. */
const unlessGone = <T>(reading: Promise<T>): Promise<T | undefined> =>
  reading.catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });

/** All files below a folder. */
const filesOf = async function* (folder: string): AsyncGenerator<string> {
  for (const entry of (await unlessGone(readdir(folder, { withFileTypes: true }))) ?? []) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* filesOf(path);
    else if (entry.isFile()) yield path;
  }
};

/** All files of a folder for which `isOf` holds, with their names. */
export const filesPlace = (
  name: string,
  folder: string,
  holdsBodies = false,
  isOf: (path: string) => boolean = () => true,
): Place => ({
  name,
  holdsBodies,
  async *read() {
    for await (const path of filesOf(folder)) {
      if (!isOf(relative(folder, path))) continue;
      yield Buffer.from(`${path}\n`);
      const bytes = await unlessGone(readFile(path));
      if (bytes !== undefined) yield withoutTail(bytes);
    }
  },
});

const select = async ({ url, username, password }: ClickHouseAccess, query: string): Promise<Buffer> => {
  const headers = { 'x-clickhouse-user': username, 'x-clickhouse-key': password };
  const response = await fetch(url, { method: 'POST', body: query, headers });
  const answer = Buffer.from(await response.arrayBuffer());
  if (!response.ok) throw new Error(`${query}: ${answer}`);
  return answer;
};

/** Tables of the server itself that can quote a query or a value. */
const TELLING = `name LIKE '%\\\\_log' OR name IN ('errors', 'processes', 'warnings', 'mutations', 'replication_queue',
  'distribution_queue', 'asynchronous_inserts', 'query_cache', 'parts', 'detached_parts')`;

/** All rows of all tables of ClickHouse, views too, and of those of the server's own tables that can quote a query or a value. */
export const tablesPlace = (name: string, access: ClickHouseAccess): Place => ({
  name,
  holdsBodies: false,
  async *read() {
    await select(access, 'SYSTEM FLUSH LOGS');
    const tables = await select(
      access,
      `SELECT database || '.' || name FROM system.tables WHERE lower(database) != 'information_schema'
        AND (database != 'system' OR ${TELLING}) ORDER BY 1 FORMAT TSVRaw`,
    );
    for (const table of tables.toString().trim().split('\n'))
      yield Buffer.concat([Buffer.from(`${table}\n`), await select(access, `SELECT * FROM ${table} FORMAT TSVRaw`)]);
  },
});

/** Pages that anybody may ask for. */
export const pagesPlace = (name: string, urls: readonly string[]): Place => ({
  name,
  holdsBodies: false,
  async *read() {
    for (const url of urls) {
      const response = await fetch(url);
      yield Buffer.from(`${JSON.stringify([...response.headers])}\n${await response.text()}`);
    }
  },
});
