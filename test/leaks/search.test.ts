import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { allCanaries, bodyCanaries } from './canaries.ts';
import { createSearch } from './search.ts';
import { spellingsOf } from './spellings.ts';

const canaries = allCanaries();
const search = createSearch(canaries);
const kindsIn = (bytes: Buffer): string[] => [...new Set(search(bytes).map(({ canary }) => canary.kind))];

/** Bytes of which none is at the beginning of a base64 group, or all are, as `shift` says. */
const around = (text: string, shift: number): Buffer => Buffer.from(`${'~'.repeat(shift)}${text}~~~~`);

describe('every canary', () => {
  test('is at least ten characters long, so that no other bytes look like it', () => {
    for (const { kind, secrets } of canaries) {
      expect(secrets.length, kind).toBeGreaterThan(0);
      for (const secret of secrets) expect(secret.length, kind).toBeGreaterThanOrEqual(9);
    }
  });

  test('holds its secrets, in small letters or capitals', () => {
    for (const { kind, text, secrets } of bodyCanaries('plain')) {
      const found = kindsIn(Buffer.from(text));
      expect(found, `${kind}: ${secrets.join()}`).toContain(kind);
    }
  });

  test('is no other one', () => {
    for (const { kind, text } of bodyCanaries('packed')) {
      const asTheyAre = search(Buffer.from(text)).filter(({ spelling }) => spelling === 'as it is');
      expect(
        asTheyAre.map(({ canary }) => canary.kind).filter((found) => found !== kind),
        kind,
      ).toEqual([]);
    }
  });
});

describe('a secret is found', () => {
  const [canary = expect.fail()] = canaries;
  const [secret = expect.fail()] = canary.secrets;
  const disguises: readonly (readonly [string, (text: string) => Buffer])[] = [
    ['as it is', (text) => Buffer.from(text)],
    ['in capitals', (text) => Buffer.from(text.toUpperCase())],
    ['as UTF-16', (text) => Buffer.from(text, 'utf16le')],
    ['in hex', (text) => Buffer.from(Buffer.from(text).toString('hex').toUpperCase())],
    ['as base64 that begins with it', (text) => Buffer.from(around(text, 0).toString('base64'))],
    ['as base64 one byte later', (text) => Buffer.from(around(text, 1).toString('base64'))],
    ['as base64 two bytes later', (text) => Buffer.from(around(text, 2).toString('base64url'))],
    ['gzipped', (text) => gzipSync(text)],
    [
      'gzipped, in the middle of other bytes',
      (text) => Buffer.concat([Buffer.from('abc'), gzipSync(text), Buffer.from('abc')]),
    ],
    ['gzipped twice, cut off', (text) => gzipSync(Buffer.concat([gzipSync(`${text} and more`).subarray(0, -9)]))],
    ['in the JSON of a JSON', (text) => Buffer.from(JSON.stringify(JSON.stringify({ text })))],
  ];

  test.each(disguises)('%s', (_, disguise) => {
    expect(kindsIn(disguise(secret))).toContain(canary.kind);
  });

  test('in none of the spellings of another one', () => {
    for (const [spelling, forms] of spellingsOf('somebody-else-17')) {
      for (const form of forms) expect(search(form), spelling).toEqual([]);
    }
  });

  test.each(['198.51.100.15', '2001:db8:c1e7::18'])('as the bytes and the digests of the address %s', (address) => {
    for (const [spelling, forms] of spellingsOf(address)) {
      for (const form of forms) expect(kindsIn(form).length, spelling).toBeGreaterThan(0);
    }
  });
});
