import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { inflateAside, inflate as inflateNow } from '../../../services/runtime/inflate.ts';
import { reject } from '../../../services/runtime/outcome.ts';

const MAX_BYTES = 100_000;
const DOCUMENT = Buffer.from(JSON.stringify({ numbers: Array.from({ length: 1_000 }, (_, index) => index) }));

const COMPRESSORS = [
  ['gzip', gzipSync],
  ['deflate', deflateSync],
  ['br', brotliCompressSync],
  ['zstd', zstdCompressSync],
] as const;

describe.each([
  ['at once', inflateNow],
  ['on another thread', inflateAside],
] as const)('a body, %s:', (_how, inflate) => {
  describe.each(COMPRESSORS)('%s', (encoding, compress) => {
    const compressed = compress(DOCUMENT);

    test('is inflated', async () => {
      expect(await inflate(compressed, encoding, MAX_BYTES)).toEqual(DOCUMENT);
    });

    test('of exactly as many bytes as are allowed is inflated', async () => {
      expect(await inflate(compress(Buffer.alloc(MAX_BYTES, 'x')), encoding, MAX_BYTES)).toHaveLength(MAX_BYTES);
    });

    test('of a byte more is too large', async () => {
      const body = compress(Buffer.alloc(MAX_BYTES + 1, 'x'));
      expect(await inflate(body, encoding, MAX_BYTES)).toEqual(reject('inflated_too_large', encoding));
    });

    test('that is a bomb is too large', async () => {
      const bomb = compress(Buffer.alloc(20_000_000));
      expect(bomb.length).toBeLessThan(MAX_BYTES);
      expect(await inflate(bomb, encoding, MAX_BYTES)).toEqual(reject('inflated_too_large', encoding));
    });

    test.each([
      ['a missing last byte', compressed.subarray(0, -1)],
      ['a missing half', compressed.subarray(0, compressed.length / 2)],
      ['a few bytes only', compressed.subarray(0, 5)],
    ])('with %s is damaged', async (_what, body) => {
      expect(await inflate(body, encoding, MAX_BYTES)).toEqual(reject('inflate_failed', encoding));
    });
  });

  test.each([
    ['plain JSON that claims gzip, as SonarQube sends it', DOCUMENT, 'gzip', DOCUMENT],
    ['gzip that claims nothing', gzipSync(DOCUMENT), 'identity', DOCUMENT],
    ['gzip that claims deflate', gzipSync(DOCUMENT), 'deflate', DOCUMENT],
    ['plain bytes', DOCUMENT, 'identity', DOCUMENT],
    ['two bytes of gzip', Buffer.from([0x1f, 0x8b]), 'gzip', reject('inflate_failed', 'gzip')],
    ['plain bytes that claim br', DOCUMENT, 'br', reject('inflate_failed', 'br')],
    ['plain bytes above the bound', Buffer.alloc(MAX_BYTES + 1), 'identity', reject('inflated_too_large')],
    ['plain bytes at the bound', Buffer.alloc(MAX_BYTES), 'identity', Buffer.alloc(MAX_BYTES)],
    ['an encoding that nobody knows', DOCUMENT, 'compress', reject('unsupported_encoding')],
    ['an encoding named after a property of objects', DOCUMENT, 'constructor', reject('unsupported_encoding')],
  ])('%s', async (_what, body, encoding, expected) => {
    const inflated = await inflate(body, encoding, MAX_BYTES);
    if (Buffer.isBuffer(inflated) && Buffer.isBuffer(expected)) expect(inflated.equals(expected)).toBe(true);
    else expect(inflated).toEqual(expected);
  });
});
