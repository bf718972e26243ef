import { loadCatalog } from '../../schemas/pack/catalog.ts';
import { allTables } from './all-tables.ts';
import { DATABASE } from './client.ts';
import { createTable } from './ddl.ts';

// Prints the statements that create the tables of one owner (a product, or `pipeline`): the start of a new migration.
const owner = process.argv[2];
const tables = allTables(await loadCatalog()).filter((table) => table.owner === owner);
const statements = tables.map(({ name, table, retentionDays }) => createTable(DATABASE, name, table, retentionDays));
process.stdout.write(
  statements.map((statement) => `${statement.replace('CREATE TABLE', 'CREATE TABLE IF NOT EXISTS')};\n`).join('\n'),
);
