import type { ProductCatalog } from '../../schemas/pack/catalog.ts';
import { retentionDaysOf } from '../../schemas/pack/pack.ts';
import type { Table } from '../../schemas/pack/table.ts';
import { PIPELINE_RETENTION_DAYS, PIPELINE_TABLES } from '../../schemas/pipeline/tables.ts';

/** A table with its name, its owner and the days that its rows are kept. */
export interface NamedTable {
  readonly name: string;
  /** Product, or `pipeline`. */
  readonly owner: string;
  readonly table: Table;
  readonly retentionDays: number;
}

/** Every table that rows are written to. */
export const allTables = (catalog: ProductCatalog): readonly NamedTable[] => [
  ...Object.entries(PIPELINE_TABLES).map(([name, table]) => ({
    name,
    owner: 'pipeline',
    table: table as Table,
    retentionDays: PIPELINE_RETENTION_DAYS[name as keyof typeof PIPELINE_TABLES],
  })),
  ...[...catalog.products.values()].flatMap(({ product, tables, privacy }) =>
    Object.entries(tables).map(([name, table]) => ({
      name,
      owner: product,
      table,
      retentionDays: retentionDaysOf(privacy, name),
    })),
  ),
];
