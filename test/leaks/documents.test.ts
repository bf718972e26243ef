import { describe, expect, test } from 'vitest';
import { loadCatalog } from '../../schemas/pack/catalog.ts';
import { fieldsOf } from '../../schemas/pack/fields.ts';
import { asSent, makeDocument, VARIANTS } from './documents.ts';

const catalog = await loadCatalog();
const made = (kind: string) =>
  Array.from({ length: VARIANTS }, (_, variant) =>
    makeDocument(catalog.kinds.get(kind)?.contract.schema ?? expect.fail(kind), {
      text: 'something personal',
      id: `id-${variant}`,
      variant,
    }),
  );

describe.each([...catalog.kinds.keys()])('a document made up from the contract of %s', (name) => {
  const kind = catalog.kinds.get(name) ?? expect.fail(name);

  test('is one that its clients could send', () => {
    for (const { document } of made(name)) {
      const classified = kind.pack.wire.classify(asSent(name, document));
      expect(classified?.kind).toBe(name);
      expect(kind.contract.schema.safeParse(classified?.document).error).toBeUndefined();
    }
  });

  test('has text in every field that takes free text', () => {
    const freeText = fieldsOf(kind.contract.schema).filter(({ note }) => note?.class === 'free_text');
    const filled = new Set(made(name).flatMap((each) => [...each.filled]));
    expect([...filled].sort()).toEqual([...new Set(freeText.map(({ path }) => path))].sort());
  });
});
