import { z } from 'zod';
import type { Kind, ProductCatalog } from '../../schemas/pack/catalog.ts';
import { count, freeText, installationId, list, word } from '../../schemas/pack/field.ts';
import { contract, type Flatten, isObject, type PrivacyPolicy, type ProductPack } from '../../schemas/pack/pack.ts';
import { column, table } from '../../schemas/pack/table.ts';

const policy = (address: PrivacyPolicy['address'], place: PrivacyPolicy['place']): PrivacyPolicy => ({
  address,
  place,
  retentionDays: { default: 30 },
  source: 'made up for tests',
});

const report = contract(
  z.object({
    id: installationId('Test'),
    sequence: count('Test').optional(),
    version: word('configuration', 'Test'),
    note: freeText('Test').optional(),
    users: list(z.object({ logins: count('Test') })).optional(),
    sizes: z.record(word('configuration', 'Test'), count('Test')).optional(),
  }),
  (document) => document.id,
  ({ sequence }) => (sequence === undefined ? null : String(sequence)),
);

/** Tables of the product `tiny`. */
export const TINY_TABLES = {
  tiny_reports: table('One row per report', { version: column('String', 'Version') }),
  tiny_users: table('One row per user', { user_index: column('UInt32', 'Index'), logins: column('UInt64', 'Logins') }, [
    'user_index',
  ]),
};

const flatten: Flatten = (document) => {
  const { version, users = [] } = document as z.output<typeof report.schema>;
  if (version === 'unforeseen') throw new TypeError(`no such version: ${version}`);
  return {
    tiny_reports: [{ version }],
    tiny_users: users.map(({ logins }, index) => ({ user_index: index, logins })),
  };
};

const tiny: ProductPack = {
  product: 'tiny',
  contracts: { 'tiny.report': report },
  privacy: policy('drop', 'country'),
  wire: {
    endpoints: [{ method: 'POST', path: '/tiny', hosts: ['telemetry.tiny.example'] }],
    classify: (document) => {
      if (!isObject(document)) return undefined;
      if (document.version === 'unclassifiable') throw new RangeError(`can't classify ${document.version}`);
      return { kind: document.type === 'other' ? 'tiny.other' : 'tiny.report', document };
    },
  },
  tables: TINY_TABLES,
  flatten: { 'tiny.report': flatten },
};

/** Posts to the root of its host, sends lines `id=version`, and keeps a hash of the address and the region. */
const hashed: ProductPack = {
  ...tiny,
  product: 'hashed',
  contracts: { 'hashed.report': report },
  privacy: policy('hash', 'region'),
  wire: {
    endpoints: [
      {
        method: 'POST',
        path: '/',
        hosts: ['telemetry.hashed.example'],
        decode: (body) => {
          const [id, version] = body.toString().split('=');
          if (version === undefined) throw new Error(`no equals sign in ${id}`);
          return { id, version };
        },
      },
    ],
    classify: (document) => ({ kind: 'hashed.report', document }),
  },
  tables: {},
  flatten: { 'hashed.report': () => ({}) },
};

const kindOf = (pack: ProductPack): Kind => ({
  kind: `${pack.product}.report`,
  pack,
  contract: report,
  flatten: pack.flatten[`${pack.product}.report`] ?? flatten,
});

/**
 * Two made-up products: `tiny`, with a path of its own and two tables, and `hashed`, which posts to the root of its host,
 * decodes bodies of its own and keeps a hash of the address and the region.
 */
export const tinyCatalog: ProductCatalog = {
  products: new Map([tiny, hashed].map((pack) => [pack.product, pack])),
  kinds: new Map([tiny, hashed].map((pack) => [`${pack.product}.report`, kindOf(pack)])),
  tables: new Map(Object.entries(TINY_TABLES)),
};
