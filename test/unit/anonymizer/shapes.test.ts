import { expect, test } from 'vitest';
import { z } from 'zod';
import { loadCatalog } from '../../../schemas/pack/catalog.ts';
import { identifier, version, word } from '../../../schemas/pack/field.ts';
import { type Field, fieldsOf } from '../../../schemas/pack/fields.ts';
import { SHAPES } from '../../../schemas/pack/shape.ts';
import { createScrubber } from '../../../services/anonymizer/scrub.ts';
import { validExamples } from '../../support/examples.ts';

const FIELDS = {
  id: identifier('Test'),
  word: word('usage', 'Test'),
  version: version('Test'),
  dotted: word('usage', 'Test', SHAPES.dotted),
  release: word('usage', 'Test', SHAPES.release),
  date: word('usage', 'Test', SHAPES.date),
} as const;

const scrubbed = (field: keyof typeof FIELDS, text: string): string => {
  const document = { text };
  createScrubber(z.object({ text: FIELDS[field] }))(document);
  return document.text;
};

test.each<[keyof typeof FIELDS, readonly string[]]>([
  [
    'id',
    [
      '',
      '3c1f0f52-7a55-4f0e-9d5e-6b1f5f6f2a10',
      '147B411E-AaH6vsPJ0Uo4X_dadFza',
      'AX7juKJqVeQLJMPyb_b-',
      '20191231235959',
      '51E0B7A9-2C4D-11EC-BF3A-A3D9174C5E',
      'a53fff8dd075bed169e164743231ff533d8b9260b0b8073f0a4c1d20',
      'c07be41f5a9d48e2b6310f7d84ac925e',
      'a1b2c3d4e5f60718',
      'installation-7',
    ],
  ],
  [
    'word',
    [
      '',
      'enterprise',
      'Microsoft SQL Server',
      'DB2/LINUXX8664',
      'over-compliant',
      'GITLAB_DEVOPS_AUTO_PROVISIONING',
      'password_based:built_in_database',
      'x86_64-apple-darwin21.6.0',
      'ubuntu22.04',
      'cli:cloudquery policy run',
      '@@router/LOCATION_CHANGE',
      'Main/RUN_TIME_ERROR',
      'c++',
      'C#',
      '12.5',
    ],
  ],
  [
    'version',
    [
      '',
      '10.7.0.96327',
      '2025.2.0.105476',
      '9.9',
      '1.2.0.15',
      '26.2.5.12',
      '24.3.4.2-1',
      'v2.48.0-ce',
      'v2.0.0-cloud.18',
      '5.1.0-rc.2',
      '4.14.0-SNAPSHOT',
      '26.1.0.118079-beta',
      '1.2.0.RELEASE',
      '3.0.0.Final',
      '2.4.0.M1',
      '1.0.0+sha.5114f85',
      'go1.17.9',
      'v1.27.3-gke.100',
      '1.28+',
      '3.1 (build 4567)',
      'd41f09aa7',
      'dev-8c1f',
      'development',
      'Unknown',
    ],
  ],
  ['dotted', ['is_fips_enabled', 'java.language.version', 'db_migration_step_duration.107001', 'client.connect']],
  ['release', ['aws@v0.13.0', 'local@debug', 'acme/fleet', 'k8s']],
  ['date', ['2022-03-29T14:05:00Z', '2022-02-20 23:59:58.91 +0100 CET m=+0.02', '2022-04-20T08:00:00.5+02:00', '']],
])('what is a lawful %s comes out as it is', (field, texts) => {
  expect(texts.map((text) => scrubbed(field, text))).toEqual(texts);
});

/** Texts with something personal, and what of it must not be left. */
const PERSONAL: readonly (readonly [text: string, secret: string])[] = [
  ['alice@example.com', 'alice'],
  ['203.0.113.9', '113'],
  ['10.0.0.5', '0.5'],
  ['2001:db8::7', 'db8'],
  ['::ffff:203.0.113.9', '113'],
  ['0a:c0:de:ca:7e:01', 'ca'],
  ['0A-C0-DE-CA-7F-01', 'CA'],
  ['db01.corp.example.net', 'db01'],
  ['alice.example.net', 'alice'],
  ['db01.internal', 'db01'],
  ['ip-10-83-91-111', '83'],
  ['/home/alice/app', 'alice'],
  ['C:\\Users\\alice', 'alice'],
  ['https://alice:pw@git.example.org', 'alice'],
  ['password: hunter22', 'hunter'],
  ['Bearer 0A1B2C3D4E5F', '2C3D'],
  ['ghp_0123456789abcdefABCD0123456789abcdef', '3456'],
  ['AKIAC0DECA7E23456781', '3456'],
  ['4175004000004443', '4000'],
  ['DE57370400440000000101', '3704'],
  ['j\u00fcrgen', 'rgen'],
  ['Linux alice 6.1.0-18-amd64', 'alice'],
  ['user "alice"', 'alice'],
];

test.each(Object.keys(FIELDS) as (keyof typeof FIELDS)[])(
  'nothing personal comes through a field that takes the shape %s',
  (field) => {
    const left = PERSONAL.filter(([text, secret]) => scrubbed(field, text).includes(secret));
    expect(left).toEqual([]);
  },
);

test('what is left out is counted: as a find, or as of another shape', () => {
  const schema = z.object({ a: FIELDS.word, b: FIELDS.id, c: FIELDS.version });
  const document = { a: 'alice@example.com', b: 'AKIAC0DECA7E23456781', c: '203.0.113.9' };
  const found = createScrubber(schema)(document);
  expect(document).toEqual({ a: '[other]', b: '', c: '[ipv4]' });
  expect(Object.fromEntries(found)).toEqual({ other: 1, token: 1, ipv4: 1 });
});

const catalog = await loadCatalog();
const examples = await validExamples();

test.each(examples.map(({ product, name, body }) => [`${product}/${name}`, product, body]))(
  'of %s every short text comes out as it is',
  (_name, product, body) => {
    const classified = catalog.products.get(product)?.wire.classify(JSON.parse(body));
    const kind = catalog.kinds.get(classified?.kind ?? '') ?? expect.fail('unknown kind');
    const parsed = kind.contract.schema.parse(classified?.document);
    const texts = structuredClone(parsed);
    createScrubber(kind.contract.schema)(parsed);
    expect(parsed).toEqual(texts);
  },
);

test('no contract keeps a text as it is that may be personal', () => {
  const keepsAsItIs = ({ note, schema }: Field): boolean =>
    note?.class !== 'free_text' &&
    note?.shape === undefined &&
    PERSONAL.some(([text]) => schema.safeParse(text).data === text);
  for (const [kind, { contract }] of catalog.kinds)
    expect(fieldsOf(contract.schema).filter(keepsAsItIs), kind).toEqual([]);
});
