import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { type InflationBounds, inflateAside, inflate as inflateNow } from '../../../services/runtime/inflate.ts';
import { reject } from '../../../services/runtime/outcome.ts';

const MAX_BYTES = 4_000_000;
const BOUNDS: InflationBounds = { maxBytes: MAX_BYTES, maxRatio: 1_000_000 };
const DOCUMENT = Buffer.from(JSON.stringify({ numbers: Array.from({ length: 1_000 }, (_, index) => index) }));

const COMPRESSORS = [
  ['gzip', gzipSync],
  ['deflate', deflateSync],
  ['br', brotliCompressSync],
  ['zstd', zstdCompressSync],
] as const;

/** A frame of zstd with one block as it is, that claims a window of `2 ** windowLog` bytes. */
const zstdFrame = (windowLog: number, text: string): Buffer =>
  Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0, (windowLog - 10) << 3, (text.length << 3) | 1, 0, 0, ...Buffer.from(text)]);

describe.each([
  ['at once', inflateNow],
  ['on another thread', inflateAside],
] as const)('a body, %s:', (_how, inflate) => {
  describe.each(COMPRESSORS)('%s', (encoding, compress) => {
    const compressed = compress(DOCUMENT);

    test('is inflated', async () => {
      expect(await inflate(compressed, encoding, BOUNDS)).toEqual(DOCUMENT);
    });

    test('of exactly as many bytes as are allowed is inflated', async () => {
      expect(await inflate(compress(Buffer.alloc(MAX_BYTES, 'x')), encoding, BOUNDS)).toHaveLength(MAX_BYTES);
    });

    test('of a byte more is too large', async () => {
      const body = compress(Buffer.alloc(MAX_BYTES + 1, 'x'));
      expect(await inflate(body, encoding, BOUNDS)).toEqual(reject('inflated_too_large', encoding));
    });

    test('that is a bomb is too large', async () => {
      const bomb = compress(Buffer.alloc(20_000_000));
      expect(bomb.length).toBeLessThan(MAX_BYTES);
      expect(await inflate(bomb, encoding, BOUNDS)).toEqual(reject('inflated_too_large', encoding));
    });

    test('may repeat itself as often as the ratio allows, and any small body may', async () => {
      const repeating = compress(Buffer.alloc(2_000_000, 'x'));
      const ratio = 2_000_000 / repeating.length;
      const within = async (maxRatio: number) => inflate(repeating, encoding, { maxBytes: MAX_BYTES, maxRatio });
      expect(await within(Math.ceil(ratio))).toHaveLength(2_000_000);
      expect(await within(Math.floor(ratio) - 1)).toEqual(reject('inflated_too_large', encoding));
      const small = compress(Buffer.alloc(1_000_000, 'x'));
      expect(await inflate(small, encoding, { maxBytes: MAX_BYTES, maxRatio: 1 })).toHaveLength(1_000_000);
    });

    test.each([
      ['a missing last byte', compressed.subarray(0, -1)],
      ['a missing half', compressed.subarray(0, compressed.length / 2)],
      ['a few bytes only', compressed.subarray(0, 5)],
    ])('with %s is damaged', async (_what, body) => {
      expect(await inflate(body, encoding, BOUNDS)).toEqual(reject('inflate_failed', encoding));
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
    const inflated = await inflate(body, encoding, BOUNDS);
    if (Buffer.isBuffer(inflated) && Buffer.isBuffer(expected)) expect(inflated.equals(expected)).toBe(true);
    else expect(inflated).toEqual(expected);
  });

  test.each([
    [23, Buffer.from('{}')],
    [24, reject('inflate_failed', 'zstd')],
    [27, reject('inflate_failed', 'zstd')],
  ])('zstd with a window of 2^%i bytes: HTTP allows 2^23', async (windowLog, expected) => {
    expect(await inflate(zstdFrame(windowLog, '{}'), 'zstd', BOUNDS)).toEqual(expected);
  });
});
