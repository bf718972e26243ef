import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { loadCatalog } from '../../../schemas/pack/catalog.ts';
import { createFindUnknownFields } from '../../../services/anonymizer/unknown-fields.ts';
import { validExamples } from '../../support/examples.ts';

const find = createFindUnknownFields(
  z.object({
    id: z.string(),
    server: z.object({ version: z.string() }).nullish(),
    users: z.array(z.object({ logins: z.number() })).optional(),
    bridges: z.record(z.string(), z.object({ count: z.number() })).optional(),
    metrics: z
      .union([z.object({ memory: z.number() }), z.record(z.string(), z.object({ value: z.number() }))])
      .optional(),
  }),
);

describe('what a contract does not list is told by', () => {
  test.each<[string, Record<string, unknown>, readonly string[]]>([
    ['nothing when all is known', { server: { version: '1' }, users: [{ logins: 1 }] }, []],
    ['its name', { theme: 'dark' }, ['theme']],
    ['its name, whatever it holds', { theme: { alice: [1] } }, ['theme']],
    ['its place in an object', { server: { version: '1', theme: 1 } }, ['server.theme']],
    [
      'its place in an array, once',
      { users: [{ theme: 1 }, { theme: 2, color: 3 }] },
      ['users[].theme', 'users[].color'],
    ],
    ['its place in a map, without the key', { bridges: { alice: { count: 1, qos: 2 } } }, ['bridges.*.qos']],
    ['nothing for a key of a map', { bridges: { anything: { count: 1 } } }, []],
    ['nothing below null', { server: null }, []],
    ['its place in the object that was meant', { metrics: { memory: 1, disk: 2 } }, ['metrics.disk']],
    ['nothing in the map that was meant', { metrics: { disk: { value: 2 } } }, []],
    ['its place in the map that was meant', { metrics: { disk: { value: 2, unit: 'MB' } } }, ['metrics.*.unit']],
  ])('%s', (_what, more, expected) => {
    expect(find({ id: '1', ...more })).toEqual(expected);
  });
});

describe('a name', () => {
  test.each(['num_clients', 'oauth2_clients', 'k8sVersion', 'projects-general-stats', '_id', 'http2', 'v2_api'])(
    'that programmers give is told: %s',
    (name) => {
      expect(find({ id: '1', [name]: 1 })).toEqual([name]);
    },
  );

  test.each([
    'alice@example.com',
    'db1.example.com',
    '203.0.113.9',
    '2001:db8::1',
    'web-server-01',
    'Müller',
    '７',
    'two words',
    '0d1c8d3e-52ab-4c6e-8c0b-0f4b8f9d2c11',
    'a9f8c7d6e5f4a3b2',
    'ghp_abcdefghijklmnopqrstuvwxyzABCDEF0123',
    'card4111111111111111',
    '',
    'x'.repeat(49),
    '/home/alice',
    '\uD800',
  ])('that could be data is not: %s', (name) => {
    expect(find({ id: '1', [name]: 1 })).toEqual(['*']);
  });

  test('of a prototype is a name like others', () => {
    expect(find(JSON.parse('{"id":"1","__proto__":{"a":1},"constructor":1}'))).toEqual(['__proto__', 'constructor']);
  });
});

test('a report may have as many as it likes: few are told', () => {
  const letters = (number: number): string => [...String(number)].map((digit) => 'abcdefghij'[Number(digit)]).join('');
  const many = Object.fromEntries(Array.from({ length: 100_000 }, (_, index) => [letters(index), index]));
  expect(find({ id: '1', ...many })).toHaveLength(32);
});

test('only the first elements of an array are looked at', () => {
  const users = Array.from({ length: 1_000 }, (_, index) => (index < 500 ? { logins: 1 } : { logins: 1, theme: 1 }));
  expect(find({ id: '1', users })).toEqual([]);
});

test('examples of the products name what they have beyond their contracts', async () => {
  const catalog = await loadCatalog();
  const unknown = (await validExamples()).flatMap(({ product, name, body }) => {
    const classified = catalog.products.get(product)?.wire.classify(JSON.parse(body));
    const contract = classified && catalog.kinds.get(classified.kind)?.contract;
    if (!classified || contract === undefined) throw new Error(`${name} has no contract`);
    return createFindUnknownFields(contract.schema)(classified.document).map((path) => `${name}: ${path}`);
  });
  expect(unknown).toEqual(
    expect.arrayContaining(['6.0-nulls-and-new-fields: operator', '6.0-nulls-and-new-fields: rule_engine.sql']),
  );
});
