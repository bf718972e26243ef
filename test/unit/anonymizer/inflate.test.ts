import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { type InflationBounds, inflate } from '../../../services/anonymizer/inflate.ts';
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

describe.each(COMPRESSORS)('%s', (encoding, compress) => {
  const compressed = compress(DOCUMENT);

  test('is inflated', () => {
    expect(inflate(compressed, encoding, BOUNDS)).toEqual(DOCUMENT);
  });

  test('of exactly as many bytes as are allowed is inflated', () => {
    expect(inflate(compress(Buffer.alloc(MAX_BYTES, 'x')), encoding, BOUNDS)).toHaveLength(MAX_BYTES);
  });

  test('of a byte more is too large', () => {
    const body = compress(Buffer.alloc(MAX_BYTES + 1, 'x'));
    expect(inflate(body, encoding, BOUNDS)).toEqual(reject('inflated_too_large', encoding));
  });

  test('that is a bomb is too large', () => {
    const bomb = compress(Buffer.alloc(20_000_000));
    expect(bomb.length).toBeLessThan(MAX_BYTES);
    expect(inflate(bomb, encoding, BOUNDS)).toEqual(reject('inflated_too_large', encoding));
  });

  test('may repeat itself as often as the ratio allows, and any small body may', () => {
    const repeating = compress(Buffer.alloc(2_000_000, 'x'));
    const ratio = 2_000_000 / repeating.length;
    const within = (maxRatio: number) => inflate(repeating, encoding, { maxBytes: MAX_BYTES, maxRatio });
    expect(within(Math.ceil(ratio))).toHaveLength(2_000_000);
    expect(within(Math.floor(ratio) - 1)).toEqual(reject('inflated_too_large', encoding));
    const small = compress(Buffer.alloc(1_000_000, 'x'));
    expect(inflate(small, encoding, { maxBytes: MAX_BYTES, maxRatio: 1 })).toHaveLength(1_000_000);
  });

  test.each([
    ['a missing last byte', compressed.subarray(0, -1)],
    ['a missing half', compressed.subarray(0, compressed.length / 2)],
    ['a few bytes only', compressed.subarray(0, 5)],
  ])('with %s is damaged', (_what, body) => {
    expect(inflate(body, encoding, BOUNDS)).toEqual(reject('inflate_failed', encoding));
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
])('%s', (_what, body, encoding, expected) => {
  const inflated = inflate(body, encoding, BOUNDS);
  if (Buffer.isBuffer(inflated) && Buffer.isBuffer(expected)) expect(inflated.equals(expected)).toBe(true);
  else expect(inflated).toEqual(expected);
});

/** A frame of zstd with one block as it is, that claims a window of `2 ** windowLog` bytes. */
const zstdFrame = (windowLog: number, text: string): Buffer =>
  Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0, (windowLog - 10) << 3, (text.length << 3) | 1, 0, 0, ...Buffer.from(text)]);

test.each([
  [23, Buffer.from('{}')],
  [24, reject('inflate_failed', 'zstd')],
  [27, reject('inflate_failed', 'zstd')],
])('zstd with a window of 2^%i bytes: HTTP allows 2^23', (windowLog, expected) => {
  expect(inflate(zstdFrame(windowLog, '{}'), 'zstd', BOUNDS)).toEqual(expected);
});
