import { readdir, readFile } from 'node:fs/promises';
import avro, { type schema } from 'avsc';
import { expect, test } from 'vitest';
import { loadCatalog } from '../../../schemas/pack/catalog.ts';
import { allSubjects } from '../../../schemas/subjects.ts';

/** A folder per release: a copy of schemas/avro as it was then. */
const RELEASED_URL = new URL('../../../schemas/released/', import.meta.url);

/** @throws Error when one of the two can't read what the other has written: the registry's level FULL. */
const requireCompatible = (older: schema.AvroSchema, newer: schema.AvroSchema): void => {
  const [olderType, newerType] = [avro.Type.forSchema(older), avro.Type.forSchema(newer)];
  olderType.createResolver(newerType);
  newerType.createResolver(olderType);
};

const releases = await readdir(RELEASED_URL).catch(() => []);

test.each(releases)('the schemas live with those of release %s', async (release) => {
  const today = allSubjects(await loadCatalog());
  const folder = new URL(`${release}/`, RELEASED_URL);
  for (const file of await readdir(folder)) {
    const subject = file.replace(/\.avsc$/, '');
    const definition = today.get(subject);
    if (definition === undefined) throw new Error(`${subject} is gone`);
    const released: schema.RecordType = JSON.parse(await readFile(new URL(file, folder), 'utf8'));
    expect(() => requireCompatible(released, definition), subject).not.toThrow();
    // The sink reads the header of a message of rows without resolving it.
    if (subject.startsWith('candor.rows-')) expect(definition.fields[0], subject).toEqual(released.fields[0]);
  }
});

type Field = schema.RecordType['fields'][number];

/** A schema of today with the changes of a careless colleague. */
const changed = async (
  change: (fields: readonly Field[]) => readonly Field[],
): Promise<[schema.AvroSchema, schema.AvroSchema]> => {
  const definition = (await allSubjects(await loadCatalog())).get('candor.raw-value');
  if (definition === undefined) throw new Error('no schema of raw events');
  return [definition, { ...definition, fields: [...change(definition.fields)] }];
};

test('a field with a default may come', async () => {
  const added: Field = { name: 'added', type: ['null', 'string'], default: null };
  const [older, newer] = await changed((fields) => [...fields, added]);
  expect(() => requireCompatible(older, newer)).not.toThrow();
});

test.each<[string, (fields: readonly Field[]) => readonly Field[]]>([
  ['a new field without a default', (fields) => [...fields, { name: 'added', type: 'string' }]],
  ['a field that is gone', (fields) => fields.slice(1)],
  [
    'a field with another name',
    (fields) => fields.map((field) => (field.name === 'door' ? { ...field, name: 'path' } : field)),
  ],
  [
    'a field with a wider type',
    (fields) => fields.map((field) => (field.name === 'door' ? { ...field, type: ['null', 'string'] } : field)),
  ],
])('%s is refused', async (_what, change) => {
  const [older, newer] = await changed(change);
  expect(() => requireCompatible(older, newer)).toThrow();
});
