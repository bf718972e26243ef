import { brotliDecompressSync, gunzipSync, inflateSync, zstdDecompressSync } from 'node:zlib';
import { type Reject, reject } from '../runtime/outcome.ts';

type Inflate = (body: Buffer, options: { readonly maxOutputLength: number }) => Buffer;

const INFLATERS: ReadonlyMap<string, Inflate> = new Map<string, Inflate>([
  ['gzip', gunzipSync],
  ['deflate', inflateSync],
  ['br', brotliDecompressSync],
  ['zstd', zstdDecompressSync],
]);

const isGzip = (body: Buffer): boolean => body[0] === 0x1f && body[1] === 0x8b;

const isTooLarge = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE';

/**
 * The body as it was before compression, at most `maxBytes` of it. Gzip is told by its first two bytes, whatever the header
 * said: SonarQube claims gzip also when it sends plain JSON.
 */
export const inflate = (body: Buffer, encoding: string, maxBytes: number): Buffer | Reject => {
  const actual = isGzip(body) ? 'gzip' : encoding === 'gzip' ? 'identity' : encoding;
  if (actual === 'identity') return body.length > maxBytes ? reject('inflated_too_large') : body;
  const inflater = INFLATERS.get(actual);
  if (inflater === undefined) return reject('unsupported_encoding');
  try {
    return inflater(body, { maxOutputLength: maxBytes });
  } catch (error) {
    return isTooLarge(error) ? reject('inflated_too_large', actual) : reject('inflate_failed', actual);
  }
};
