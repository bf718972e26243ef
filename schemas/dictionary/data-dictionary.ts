import type { Kind, ProductCatalog } from '../pack/catalog.ts';
import type { FieldNote } from '../pack/field.ts';
import { fieldsOf } from '../pack/fields.ts';
import { type ProductPack, retentionDaysOf } from '../pack/pack.ts';
import { COMMON_COLUMNS, type Columns } from '../pack/table.ts';
import { PIPELINE_RETENTION_DAYS, PIPELINE_TABLES } from '../pipeline/tables.ts';
import { TOPICS } from '../topics/topics.ts';
import { type ColumnsByTable, traceColumns } from './trace-columns.ts';

const ADDRESS = {
  drop: 'becomes a place and is dropped',
  hash: 'becomes a place and a keyed hash (`address_hash`), whose key is destroyed after 48 hours, and is dropped',
} as const;

const PLACE = { country: 'the country', region: 'the region' } as const;

const tableOf = (head: readonly string[], rows: readonly (readonly string[])[]): string => {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), `|${'---|'.repeat(head.length)}`, ...rows.map(line)].join('\n');
};

const columnTable = (columns: Columns): string =>
  tableOf(
    ['column', 'is'],
    Object.entries(columns).map(([name, { comment }]) => [`\`${name}\``, comment]),
  );

/** Where a field is kept and how long: `users.status, activated (400 days)`. */
const keptIn = (pack: ProductPack, traced: ColumnsByTable | undefined): string => {
  if (traced === undefined) return 'never has a value';
  const ofTables = [...traced].sort().map(([table, columns]) => {
    const own = [...columns].filter((column) => column !== 'installation_id').sort();
    return own.length === 0 ? [] : `\`${table}\`: ${own.join(', ')} (${retentionDaysOf(pack.privacy, table)} days)`;
  });
  const isInstallation = [...traced.values()].some((columns) => columns.has('installation_id'));
  const places = [...(isInstallation ? ['`installation_id` of every row'] : []), ...ofTables.flat()];
  return places.length === 0 ? 'not kept' : places.join('; ');
};

/** With the shape that its texts have: `configuration (version)`. */
const classOf = ({ class: fieldClass, shape }: FieldNote): string =>
  shape ? `${fieldClass} (${shape.name})` : fieldClass;

const kindSection = (kind: Kind, documents: readonly unknown[]): string => {
  const fields = Map.groupBy(fieldsOf(kind.contract.schema), ({ path }) => path);
  const rows = [...fields].map(([path, alternatives]) => {
    const distinct = (part: (note: FieldNote) => string): string =>
      [...new Set(alternatives.flatMap(({ note }) => (note ? [part(note)] : [])))].join(' or ');
    const traced = traceColumns(kind, path, documents);
    return [`\`${path}\``, distinct(classOf), distinct(({ purpose }) => purpose), keptIn(kind.pack, traced)];
  });
  return `### ${kind.kind}\n\n${tableOf(['field', 'class', 'purpose', 'kept in'], rows)}`;
};

const productSection = (pack: ProductPack, kinds: readonly Kind[], examples: Examples): string => {
  const { product, privacy, tables } = pack;
  const kept = Object.entries(tables).map(([name, { comment }]) => [
    `\`${name}\``,
    comment,
    String(retentionDaysOf(privacy, name)),
  ]);
  return [
    `## ${product}`,
    `Promised by: ${privacy.source}.\n\nThe address ${ADDRESS[privacy.address]}. Of the place ${PLACE[privacy.place]} is kept.`,
    ...kinds.map((kind) => kindSection(kind, examples.get(kind.kind) ?? [])),
    `### Tables of ${product}\n\n${tableOf(['table', 'holds', 'days'], kept)}`,
  ].join('\n\n');
};

const PIPELINE_SECTION = [
  '## The pipeline itself',
  ...Object.entries(PIPELINE_TABLES).map(([name, { columns, comment }]) => {
    const days = PIPELINE_RETENTION_DAYS[name as keyof typeof PIPELINE_RETENTION_DAYS];
    return `### ${name}\n\n${comment}; ${days} days.\n\n${columnTable(columns)}`;
  }),
].join('\n\n');

const hours = (ms: number): string => `${ms / 3_600_000} hours`;

const ON_THE_WAY = `## On the way

${tableOf(
  ['where', 'holds', 'kept'],
  [
    ...Object.values(TOPICS).map(({ name, holds, replayMs, kafka }) => [
      `\`${name}\``,
      holds,
      `Kafka: ${hours(kafka.retentionMs)}; embedded log: ${hours(replayMs)} after it was read`,
    ]),
    ['spool of the edge', 'as `candor.raw`, while Kafka is away', 'until Kafka has taken it'],
    ['state store', 'keys of sealed addresses', '24 hours'],
    ['state store', 'keys of the hashes of addresses', '48 hours'],
    ['state store', 'digests that tell repeated reports', '48 hours'],
  ],
)}`;

/** Documents of each kind, as their clients send them, on which is tried where a field is kept. */
export type Examples = ReadonlyMap<string, readonly unknown[]>;

/** All that is kept of what clients send, as Markdown: field by field with class, purpose, columns and days. */
export const dataDictionary = (catalog: ProductCatalog, examples: Examples): string => {
  const kinds = [...catalog.kinds.values()];
  const ofProducts = [...catalog.products.values()].map((pack) =>
    productSection(
      pack,
      kinds.filter((kind) => kind.pack === pack),
      examples,
    ),
  );
  return `${[
    '# Data dictionary',
    'What is kept of a report, why and for how long. Written by `npm run --silent privacy-report > docs/data-dictionary.md`; a test fails\n' +
      'when it is stale. Fields that are not listed are dropped. Where a field is kept was found by trying: the columns named are those\n' +
      'that change when the field does, so they hold it or something derived from it.',
    'Classes: `identifier`, a random id of an installation, an instance, a run or a licence; `pseudonym`, a technical id of a person or a\n' +
      'thing inside an installation; `configuration`; `usage`; `time`; `free_text`, scrubbed before it is written anywhere. In brackets stands\n' +
      'the shape of a short text: what has another one is not kept.',
    `## In every row of every table\n\n${columnTable(COMMON_COLUMNS)}`,
    ...ofProducts,
    PIPELINE_SECTION,
    ON_THE_WAY,
  ].join('\n\n')}\n`;
};
