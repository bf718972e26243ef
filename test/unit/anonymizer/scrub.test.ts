import { expect, test } from 'vitest';
import { z } from 'zod';
import { count, freeText, list, word } from '../../../schemas/pack/field.ts';
import { createScrubber } from '../../../services/anonymizer/scrub.ts';

const note = freeText('Test');
const name = word('configuration', 'Test');
const MAIL = 'alice@example.com';

test.each<[string, z.ZodType, unknown, unknown]>([
  ['a field', z.object({ note }), { note: MAIL }, { note: '[email]' }],
  ['a field that may be missing', z.object({ note: note.optional() }), {}, {}],
  ['a field that may be missing or null', z.object({ note: note.nullish() }), { note: MAIL }, { note: '[email]' }],
  ['null in such a field', z.object({ note: note.nullish() }), { note: null }, { note: null }],
  ['a field inside', z.object({ a: z.object({ note }) }), { a: { note: MAIL } }, { a: { note: '[email]' } }],
  ['a word', z.object({ name, note }), { name: MAIL, note: '' }, { name: '[other]', note: '' }],
  ['elements', z.object({ notes: list(note) }), { notes: [MAIL, 'b'] }, { notes: ['[email]', 'b'] }],
  [
    'fields of elements',
    z.object({ users: list(z.object({ note, name })) }),
    { users: [{ note: MAIL, name: MAIL }] },
    { users: [{ note: '[email]', name: '[other]' }] },
  ],
  ['values of a map', z.object({ map: z.record(name, note) }), { map: { a: MAIL } }, { map: { a: '[email]' } }],
  ['keys of a map', z.object({ map: z.record(note, name) }), { map: { [MAIL]: 'b' } }, { map: { '[email]': 'b' } }],
  [
    'words as keys of a map',
    z.object({ map: z.record(name, count('Test')) }),
    { map: { [MAIL]: 1 } },
    { map: { '[other]': 1 } },
  ],
  [
    'keys and values of a map',
    z.object({ map: z.record(note, list(note)) }),
    { map: { [MAIL]: [MAIL] } },
    { map: { '[email]': ['[email]'] } },
  ],
  [
    'fields of values of a map',
    z.object({ map: z.record(name, z.object({ note })) }),
    { map: { a: { note: MAIL } } },
    { map: { a: { note: '[email]' } } },
  ],
  [
    'text where a number may stand',
    z.object({ value: z.union([count('Test'), note]) }),
    { value: MAIL },
    { value: '[email]' },
  ],
  ['no number where text may stand', z.object({ value: z.union([count('Test'), note]) }), { value: 7 }, { value: 7 }],
  [
    'every shape of a union',
    z.object({ values: list(z.union([z.object({ note }), list(note), z.record(name, note)])) }),
    { values: [{ note: MAIL }, [MAIL], { other: MAIL }] },
    { values: [{ note: '[email]' }, ['[email]'], { other: '[email]' }] },
  ],
])('%s is scrubbed', (_what, schema, document, clean) => {
  const parsed = schema.parse(structuredClone(document));
  createScrubber(schema)(parsed);
  expect(parsed).toEqual(clean);
});

test('what was found is counted by detector, over the whole document', () => {
  const schema = z.object({ note, notes: list(note) });
  const found = createScrubber(schema)({ note: MAIL, notes: [MAIL, '203.0.113.9', 'nothing'] });
  expect(Object.fromEntries(found)).toEqual({ email: 2, ipv4: 1 });
});

test('a contract without text finds nothing', () => {
  const document = { size: 1, sizes: [1, 2] };
  const found = createScrubber(z.object({ size: count('Test'), sizes: list(count('Test')) }))(document);
  expect([document, found.size]).toEqual([{ size: 1, sizes: [1, 2] }, 0]);
});
