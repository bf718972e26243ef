import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import type { ClickHouseClient } from '@clickhouse/client';
import { PRODUCTS_URL } from '../../schemas/pack/catalog.ts';
import { StartError } from '../../services/runtime/errors.ts';
import { DATABASE } from './client.ts';
import { onCluster, replicated } from './cluster.ts';

/** One numbered step of the schema. Once it has run anywhere it never changes. */
export interface Migration {
  /** Owner and file, such as `sonarqube/0001_tables.sql`: the order in which migrations run. */
  readonly name: string;
  readonly sql: string;
  readonly checksum: string;
}

const PIPELINE_MIGRATIONS_URL = new URL('migrations/', import.meta.url);

const readFolder = async (owner: string, folder: URL): Promise<Migration[]> => {
  const files = (await readdir(folder).catch(() => [])).filter((file) => /^\d{4}_.*\.sql$/.test(file)).sort();
  return Promise.all(
    files.map(async (file) => {
      const sql = await readFile(new URL(file, folder), 'utf8');
      return { name: `${owner}/${file}`, sql, checksum: createHash('sha256').update(sql).digest('hex') };
    }),
  );
};

/** The pipeline's own migrations, then those of each product. */
export const readMigrations = async (): Promise<readonly Migration[]> => {
  const products = (await readdir(PRODUCTS_URL, { withFileTypes: true })).filter((entry) => entry.isDirectory());
  const names = products.map(({ name }) => name).sort();
  const ofProducts = names.map((name) => readFolder(name, new URL(`${name}/migrations/`, PRODUCTS_URL)));
  return (await Promise.all([readFolder('pipeline', PIPELINE_MIGRATIONS_URL), ...ofProducts])).flat();
};

/** The statements of a migration; each ends with a semicolon at the end of a line. */
export const statementsOf = (sql: string): readonly string[] =>
  sql
    .split(/;\s*$/m)
    .map((statement) => statement.trim())
    .filter((statement) => statement !== '');

/**
 * Brings the database up to date and resolves with the names of the migrations that ran. Every statement may run twice, so that
 * two places may do this at once. On a cluster every replica gets the tables, replicated.
 *
 * @throws StartError when a migration that has run was changed afterwards.
 */
export const migrate = async (client: ClickHouseClient, cluster?: string): Promise<readonly string[]> => {
  const run = async (statement: string): Promise<void> => {
    await client.command({ query: cluster === undefined ? statement : onCluster(replicated(statement), cluster) });
  };
  await run(`CREATE DATABASE IF NOT EXISTS ${DATABASE}`);
  await run(`CREATE TABLE IF NOT EXISTS ${DATABASE}.migrations
    (name String, checksum String, applied_at DateTime64(3) DEFAULT now64(3)) ENGINE = MergeTree ORDER BY name`);
  const rows = await client.query({
    query: `SELECT name, checksum FROM ${DATABASE}.migrations`,
    format: 'JSONEachRow',
  });
  const applied = new Map((await rows.json<Migration>()).map(({ name, checksum }) => [name, checksum]));
  const ran: string[] = [];
  for (const { name, sql, checksum } of await readMigrations()) {
    const known = applied.get(name);
    if (known !== undefined && known !== checksum) {
      throw new StartError(`the migration ${name} was changed after it had run: undo the change and add a new one`);
    }
    if (known !== undefined) continue;
    for (const statement of statementsOf(sql)) await run(statement);
    await client.insert({ table: `${DATABASE}.migrations`, values: [{ name, checksum }], format: 'JSONEachRow' });
    ran.push(name);
  }
  return ran;
};
