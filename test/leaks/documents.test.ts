import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { loadCatalog } from '../../schemas/pack/catalog.ts';
import { fieldsOf } from '../../schemas/pack/fields.ts';
import { createScrubber } from '../../services/anonymizer/scrub.ts';
import { bodyCanaries, type Canary } from './canaries.ts';
import { asSent, makeDocument, VARIANTS } from './documents.ts';
import { createSearch } from './search.ts';

const catalog = await loadCatalog();
const made = (schema: z.ZodType, text = 'something personal') =>
  Array.from({ length: VARIANTS }, (_, variant) =>
    makeDocument(schema, { text, bare: text, id: `id-${variant}`, variant }),
  );

/** Kinds of canaries that are left in documents of a contract after their scrubbing. */
const leftIn = (schema: z.ZodType, canaries: readonly Canary[]): readonly string[] => {
  const scrub = createScrubber(schema);
  const documents = canaries.flatMap(({ text }) =>
    made(schema, text).map(({ document }) => {
      const parsed = schema.parse(document);
      scrub(parsed);
      return JSON.stringify(parsed);
    }),
  );
  return [...createSearch(canaries)(Buffer.from(documents.join('\n')))].map(({ canary }) => canary.kind);
};

describe.each([...catalog.kinds.keys()])('a document made up from the contract of %s', (name) => {
  const kind = catalog.kinds.get(name) ?? expect.fail(name);

  test('is one that its clients could send', () => {
    for (const { document } of made(kind.contract.schema)) {
      const classified = kind.pack.wire.classify(asSent(name, document));
      expect(classified?.kind).toBe(name);
      expect(kind.contract.schema.safeParse(classified?.document).error).toBeUndefined();
    }
  });

  test('has text in every field that takes any, but for the id of its installation', () => {
    const taking = fieldsOf(kind.contract.schema).filter(({ schema }) => schema.safeParse('Any Text, 1').success);
    const filled = new Set(made(kind.contract.schema).flatMap((each) => [...each.filled]));
    const empty = taking.filter(({ path, schema }) => !filled.has(path) && schema.safeParse('').success);
    expect(empty.map(({ path }) => path)).toEqual([]);
  });

  test('has no canary left after its scrubbing, wherever they stood', () => {
    expect(leftIn(kind.contract.schema, bodyCanaries('plain'))).toEqual([]);
  });
});

describe('a leak is found that was made on purpose', () => {
  const asItIs = z.string().meta({ class: 'configuration', purpose: 'Test' });
  const canaries = bodyCanaries('plain');

  test('in a field that is kept as it is', () => {
    expect(new Set(leftIn(z.object({ edition: asItIs }), canaries)).size).toBe(canaries.length);
  });

  test('in keys of a map that are kept as they are', () => {
    expect(new Set(leftIn(z.object({ gateways: z.record(asItIs, z.number()) }), canaries)).size).toBe(canaries.length);
  });
});
