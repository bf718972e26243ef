import { readdir, readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { loadCatalog } from '../../schemas/pack/catalog.ts';
import { AVRO_URL, avroFiles } from '../../schemas/subjects.ts';

test('the committed Avro schemas are those that the packs state (npm run schemas:generate)', async () => {
  const expected = avroFiles(await loadCatalog());
  const committed = await readdir(AVRO_URL);
  expect(committed.sort()).toEqual([...expected.keys()].sort());
  for (const [file, text] of expected) expect(await readFile(new URL(file, AVRO_URL), 'utf8'), file).toBe(text);
});
