import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import type { RawEvent } from '../../../schemas/topics/raw.ts';
import { type AnonymizeContext, createAnonymize, type DocumentBounds } from '../../../services/anonymizer/anonymize.ts';
import type { RejectReason } from '../../../services/runtime/outcome.ts';
import { tinyCatalog } from '../../support/tiny-catalog.ts';

const MAX_INFLATED_BYTES = 10_000;
const ADDRESS = '203.0.113.9';

const BOUNDS: DocumentBounds = {
  inflation: { maxBytes: MAX_INFLATED_BYTES, maxRatio: 1_000 },
  json: { maxDepth: 20, maxKeys: 1_000, maxElements: 1_000, maxStringBytes: MAX_INFLATED_BYTES },
};

const anonymize = createAnonymize(tinyCatalog, BOUNDS);

const CONTEXT: AnonymizeContext = {
  address: ADDRESS,
  locate: (address) => ({ country: address === ADDRESS ? 'DE' : 'XX', region: 'DE-BE', geoBuild: 20_000 }),
  hash: (address) => `hash of ${address.length} characters`,
  suppression: (product, id) => `entry of ${product} ${id}`,
};

const rawEvent = (body: Buffer | string | object, more: Partial<RawEvent> = {}): RawEvent => ({
  event_id: '0198a2c4-0000-7000-8000-000000000001',
  received_at: 1_732_180_000_000,
  product: 'tiny',
  door: '/tiny',
  method: 'POST',
  replay_of: null,
  encoding: 'identity',
  address: null,
  body: Buffer.isBuffer(body) ? body : Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
  ...more,
});

const emitted = (raw: RawEvent, context = CONTEXT) => {
  const outcome = anonymize(raw, context);
  if (outcome.kind !== 'emit') throw new Error(`not emitted: ${JSON.stringify(outcome)}`);
  return { ...outcome.event, document: JSON.parse(outcome.event.kept.document) as unknown };
};

const REPORT = { id: 'installation-1', version: '1.0' };

describe('a kept report', () => {
  test('is its document, its kind, its installation and its place', () => {
    expect(emitted(rawEvent(REPORT)).kept).toEqual({
      kind: 'tiny.report',
      installation_id: 'installation-1',
      country: 'DE',
      region: null,
      geo_build: 20_000,
      address_hash: null,
      unknown_fields: [],
      document: JSON.stringify(REPORT),
    });
  });

  test.each([
    ['a byte order mark', `\uFEFF${JSON.stringify(REPORT)}`, {}],
    ['compression', gzipSync(JSON.stringify(REPORT)), { encoding: 'gzip' }],
    ['compression that nobody mentioned', gzipSync(JSON.stringify(REPORT)), {}],
    ['a claim of compression only', JSON.stringify(REPORT), { encoding: 'gzip' }],
    ['white space', `\n ${JSON.stringify(REPORT, null, 2)} \n`, {}],
  ])('may come with %s', (_what, body, more) => {
    expect(emitted(rawEvent(body, more)).document).toEqual(REPORT);
  });

  test('holds nothing that its contract does not list', () => {
    const report = { ...REPORT, hostname: 'secret', users: [{ logins: 1, email: 'alice@example.com' }] };
    const { document, kept } = emitted(rawEvent(report));
    expect(document).toEqual({ ...REPORT, users: [{ logins: 1 }] });
    expect(kept.unknown_fields).toEqual(['hostname', 'users[].email']);
  });

  test('can not be made to carry a prototype', () => {
    const body = `{"__proto__":{"id":"inherited","admin":true},"id":"own","version":"1","sizes":{"__proto__":7,"a":1}}`;
    const { document, kept } = emitted(rawEvent(body));
    expect(kept.document).not.toContain('__proto__');
    expect(document).toEqual({ id: 'own', version: '1', sizes: { a: 1 } });
    expect(Object.hasOwn(Object.prototype, 'admin')).toBe(false);
  });

  test('has its free text scrubbed, and no word that is none', () => {
    const { document, found } = emitted(rawEvent({ ...REPORT, version: 'a@b.example', note: 'ask alice@example.com' }));
    expect(document).toEqual({ ...REPORT, version: '[other]', note: 'ask [email]' });
    expect(Object.fromEntries(found)).toEqual({ email: 1, other: 1 });
  });

  test.each([
    ['a mail address', 'alice@example.com'],
    ['an address', '203.0.113.9'],
    ['a token', 'ghp_0123456789abcdefABCD0123456789abcdef'],
  ])('has no %s for the id of its installation: that breaks the contract', (_what, id) => {
    expect(anonymize(rawEvent({ ...REPORT, id }), CONTEXT)).toEqual({
      kind: 'reject',
      reason: 'contract_violation',
      detail: 'id: too_small',
      documentKind: 'tiny.report',
    });
  });

  test('has U+FFFD in place of halves of surrogate pairs, which UTF-8 can not hold', () => {
    const body = '{"id":"a","version":"1","note":"\\udc00b \\\\ud800 \\ud83d\\ude00","sizes":{"k\\ud83d":1}}';
    const { document } = emitted(rawEvent(body));
    expect(document).toEqual({ id: 'a', version: '1', note: '\ufffdb \\ud800 😀', sizes: { '[other]': 1 } });
  });

  test('has lost phone numbers if its product asks for that', () => {
    const report = rawEvent({ ...REPORT, note: 'call +49 30 901820' });
    const kinds = new Map(
      [...tinyCatalog.kinds].map(([name, kind]) => {
        const pack = { ...kind.pack, privacy: { ...kind.pack.privacy, scrubPhoneNumbers: true } };
        return [name, { ...kind, pack }] as const;
      }),
    );
    const asked = createAnonymize({ ...tinyCatalog, kinds }, BOUNDS)(report, CONTEXT);
    expect(asked).toMatchObject({ kind: 'emit', event: { found: new Map([['phone', 1]]) } });
    expect(emitted(report).found).toEqual(new Map());
  });

  test('may be decoded by its product, at the door that says so only', () => {
    const decoded = rawEvent('installation-2=2.0', { product: 'hashed', door: '/' });
    expect(emitted(decoded).document).toEqual({ id: 'installation-2', version: '2.0' });
    const neutral = rawEvent(REPORT, { product: 'hashed', door: '/v1/reports/hashed' });
    expect(emitted(neutral).document).toEqual(REPORT);
  });
});

describe('the client address', () => {
  test('only becomes a place', () => {
    expect(JSON.stringify(anonymize(rawEvent(REPORT), CONTEXT))).not.toContain(ADDRESS);
    expect(emitted(rawEvent(REPORT)).kept.address_hash).toBeNull();
  });

  test('is hashed for a product whose policy says so', () => {
    const { kept } = emitted(rawEvent(REPORT, { product: 'hashed', door: '/v1/reports/hashed' }));
    expect(kept.address_hash).toBe('hash of 11 characters');
    expect(JSON.stringify(kept)).not.toContain(ADDRESS);
  });

  test('becomes a region only for a product whose policy says so', () => {
    expect(emitted(rawEvent(REPORT)).kept.region).toBeNull();
    const ofRegion = rawEvent(REPORT, { product: 'hashed', door: '/v1/reports/hashed' });
    expect(emitted(ofRegion).kept.region).toBe('DE-BE');
    expect(emitted(ofRegion, { ...CONTEXT, locate: () => undefined }).kept).toMatchObject({ country: '', region: '' });
  });

  test.each(['tiny', 'hashed'])('that is unknown leaves a report of %s without place and hash', (product) => {
    const { kept } = emitted(rawEvent(REPORT, { product, door: `/v1/reports/${product}` }), {
      ...CONTEXT,
      address: undefined,
    });
    expect(kept).toMatchObject({ country: '', geo_build: null, address_hash: null });
  });
});

const SECRET = 'alice-s3cret';

describe('an invalid report', () => {
  test.each<[RejectReason, string, string, string, RawEvent]>([
    ['unknown_product', 'of a product without a pack', '', '', rawEvent(REPORT, { product: SECRET })],
    ['unsupported_encoding', 'in an unknown encoding', '', '', rawEvent(REPORT, { encoding: SECRET })],
    ['inflate_failed', 'that is damaged', 'br', '', rawEvent(SECRET, { encoding: 'br' })],
    [
      'inflated_too_large',
      'that is a bomb',
      'gzip',
      '',
      rawEvent(gzipSync(SECRET.padEnd(MAX_INFLATED_BYTES + 1)), { encoding: 'gzip' }),
    ],
    ['inflated_too_large', 'that is too large as it is', '', '', rawEvent(SECRET.padEnd(MAX_INFLATED_BYTES + 1))],
    ['not_utf8', 'in Latin-1', '', '', rawEvent(Buffer.from('{"id":"é"}', 'latin1'))],
    ['not_utf8', 'in UTF-16', '', '', rawEvent(Buffer.from('\uFEFF{"id":"1"}', 'utf16le'))],
    ['not_utf8', 'with half a character', '', '', rawEvent(Buffer.from('{"id":"é"}').subarray(0, 8))],
    ['not_json', 'that is text', '', '', rawEvent(SECRET)],
    ['not_json', 'that is cut off', '', '', rawEvent(`{"id":"${SECRET}`)],
    ['not_json', 'that is nothing but a byte order mark', '', '', rawEvent('\uFEFF')],
    ['undecodable', "that its product can't decode", '', '', rawEvent(SECRET, { product: 'hashed', door: '/' })],
    ['unknown_kind', 'that is an array', '', '', rawEvent([SECRET])],
    ['unknown_kind', 'that is a text', '', '', rawEvent(JSON.stringify(SECRET))],
    ['unknown_kind', 'that is null', '', '', rawEvent('null')],
    ['unknown_kind', 'of a kind without a contract', '', '', rawEvent({ ...REPORT, type: 'other', id: SECRET })],
    [
      'contract_violation',
      'with a field of another type',
      'version: invalid_type',
      'tiny.report',
      rawEvent({ id: SECRET, version: { name: SECRET } }),
    ],
    ['contract_violation', 'without a field', 'version: invalid_type', 'tiny.report', rawEvent({ id: SECRET })],
    [
      'contract_violation',
      'with a bad element',
      'users.1.logins: too_small',
      'tiny.report',
      rawEvent({ ...REPORT, users: [{ logins: 1 }, { logins: -1, [SECRET]: SECRET }] }),
    ],
    [
      'contract_violation',
      'with a bad value under a key of its own',
      'sizes.*: invalid_type',
      'tiny.report',
      rawEvent({ ...REPORT, sizes: { [SECRET]: SECRET } }),
    ],
    [
      'contract_violation',
      'with a key that is too long',
      'sizes.*: invalid_key',
      'tiny.report',
      rawEvent({ ...REPORT, sizes: { [SECRET.repeat(100)]: 1 } }),
    ],
    [
      'contract_violation',
      'with an empty installation',
      'id: too_small',
      'tiny.report',
      rawEvent({ ...REPORT, id: '' }),
    ],
    [
      'stage_failed',
      'that makes its classifier throw',
      'RangeError',
      '',
      rawEvent({ id: SECRET, version: 'unclassifiable' }),
    ],
  ])('%s: one %s', (reason, _what, detail, documentKind, raw) => {
    const outcome = anonymize(raw, CONTEXT);
    expect(outcome).toEqual({ kind: 'reject', reason, detail, documentKind });
    expect(JSON.stringify(outcome)).not.toContain(SECRET);
    expect(JSON.stringify(outcome)).not.toContain(ADDRESS);
  });

  test('does not reach the look-up of places before its product is known', () => {
    const locate = () => {
      throw new Error('looked up');
    };
    expect(anonymize(rawEvent(REPORT, { product: 'none' }), { ...CONTEXT, locate })).toMatchObject({
      reason: 'unknown_product',
    });
  });

  test('is rejected, not thrown, when a look-up fails', () => {
    const locate = () => {
      throw new TypeError(`no place for ${SECRET}`);
    };
    const outcome = anonymize(rawEvent(REPORT), { ...CONTEXT, locate });
    expect(outcome).toEqual({ kind: 'reject', reason: 'stage_failed', detail: 'TypeError', documentKind: '' });
  });

  test.each([
    { kind: 'reject', ...REPORT },
    { kind: 'reject', reason: SECRET, detail: SECRET, documentKind: SECRET, ...REPORT },
  ])('can not be made to look like a refusal of ours: %j', (report) => {
    expect(emitted(rawEvent(report)).document).toEqual(REPORT);
  });

  test('that nests too deep is refused before it is parsed', () => {
    const deep = `{"id":"1","version":${'['.repeat(4_000)}${']'.repeat(4_000)}}`;
    expect(anonymize(rawEvent(deep), CONTEXT)).toMatchObject({ reason: 'json_too_deep' });
  });
});
