import { brotliDecompressSync, constants, gunzipSync, inflateSync, zstdDecompressSync } from 'node:zlib';
import { type Reject, reject } from '../runtime/outcome.ts';

type Inflate = (body: Buffer, options: { readonly maxOutputLength: number }) => Buffer;

/**
 * Largest window of zstd, as a power of two: the 8 MiB that HTTP allows (RFC 9659). A frame may ask for far more, and gets it
 * before its first byte comes out. Brotli's is 16 MiB at most, deflate's 32 KiB.
 */
const ZSTD_WINDOW_LOG = 23;

const inflateZstd: Inflate = (body, options) =>
  zstdDecompressSync(body, { ...options, params: { [constants.ZSTD_d_windowLogMax]: ZSTD_WINDOW_LOG } });

/** What any body may inflate to, whatever its ratio: small documents that repeat themselves are no harm. */
const UNSUSPICIOUS_BYTES = 1024 * 1024;

const INFLATERS: ReadonlyMap<string, Inflate> = new Map<string, Inflate>([
  ['gzip', gunzipSync],
  ['deflate', inflateSync],
  ['br', brotliDecompressSync],
  ['zstd', inflateZstd],
]);

const isGzip = (body: Buffer): boolean => body[0] === 0x1f && body[1] === 0x8b;

const isTooLarge = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE';

/** How far a body may inflate. */
export interface InflationBounds {
  readonly maxBytes: number;
  /** Inflated bytes for each byte of the body. */
  readonly maxRatio: number;
}

/**
 * The body as it was before compression, within the bounds: whatever is above them is never inflated. Gzip is told by its first two bytes, whatever the header
 * said: SonarQube claims gzip also when it sends plain JSON.
 */
export const inflate = (body: Buffer, encoding: string, { maxBytes, maxRatio }: InflationBounds): Buffer | Reject => {
  const actual = isGzip(body) ? 'gzip' : encoding === 'gzip' ? 'identity' : encoding;
  if (actual === 'identity') return body.length > maxBytes ? reject('inflated_too_large') : body;
  const inflater = INFLATERS.get(actual);
  if (inflater === undefined) return reject('unsupported_encoding');
  const maxOutputLength = Math.min(maxBytes, Math.max(UNSUSPICIOUS_BYTES, body.length * maxRatio));
  try {
    return inflater(body, { maxOutputLength });
  } catch (error) {
    return isTooLarge(error) ? reject('inflated_too_large', actual) : reject('inflate_failed', actual);
  }
};
