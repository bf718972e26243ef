import type { schema } from 'avsc';
import type { ProductCatalog } from './pack/catalog.ts';
import { PIPELINE_TABLES } from './pipeline/tables.ts';
import { ANONYMIZED_SCHEMA } from './topics/anonymized.ts';
import { RAW_SCHEMA } from './topics/raw.ts';
import { rowsSchema, rowsSubject, valueSubject } from './topics/rows.ts';
import { TOPICS } from './topics/topics.ts';

/** Every schema that is written to a topic, by its subject in the registry. */
export const allSubjects = (catalog: ProductCatalog): ReadonlyMap<string, schema.RecordType> =>
  new Map([
    [valueSubject(TOPICS.raw.name), RAW_SCHEMA],
    [valueSubject(TOPICS.anonymized.name), ANONYMIZED_SCHEMA],
    ...[...Object.entries(PIPELINE_TABLES), ...catalog.tables].map(
      ([name, table]) => [rowsSubject(name), rowsSchema(name, table)] as const,
    ),
  ]);

/** Where the generated schemas are committed. */
export const AVRO_URL = new URL('avro/', import.meta.url);

/** The files that belong there, by name: one per subject. */
export const avroFiles = (catalog: ProductCatalog): ReadonlyMap<string, string> =>
  new Map(
    [...allSubjects(catalog)].map(([subject, text]) => [`${subject}.avsc`, `${JSON.stringify(text, null, 2)}\n`]),
  );
