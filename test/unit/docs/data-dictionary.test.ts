import { describe, expect, test } from 'vitest';
import { dataDictionary } from '../../../schemas/dictionary/data-dictionary.ts';
import { exampleDocuments } from '../../../schemas/dictionary/example-documents.ts';
import { loadCatalog } from '../../../schemas/pack/catalog.ts';
import { fieldsOf } from '../../../schemas/pack/fields.ts';
import { readPage, tableRows } from '../../support/prose.ts';

const catalog = await loadCatalog();
const page = await readPage('docs/data-dictionary.md');

describe('docs/data-dictionary.md', () => {
  test('is what `npm run privacy-report` prints', async () => {
    expect(dataDictionary(catalog, await exampleDocuments(catalog))).toBe(page);
  });

  test('lists every field of every contract with class, purpose and where it is kept', () => {
    const rows = tableRows(page).filter(({ length }) => length === 4);
    for (const { contract } of catalog.kinds.values()) {
      for (const { path } of fieldsOf(contract.schema)) {
        const row = rows.find(([field]) => field === path);
        expect(row, path).toBeDefined();
        for (const cell of row ?? []) expect(cell, path).not.toBe('');
      }
    }
  });

  test('knows of every field where it is kept: only one can have no value at all', () => {
    const unknown = tableRows(page).filter((row) => row[3] === 'never has a value');
    expect(unknown.map(([field]) => field)).toEqual(['authn_authz.authn_listener[]']);
  });

  test('lists every table with its days', () => {
    for (const name of catalog.tables.keys())
      expect(tableRows(page).find(([table]) => table === name)?.[2], name).toMatch(/^\d+$/);
  });
});
