import { promisify } from 'node:util';
import {
  brotliDecompress,
  brotliDecompressSync,
  constants,
  gunzip,
  gunzipSync,
  inflate as inflateDeflate,
  inflateSync,
  zstdDecompress,
  zstdDecompressSync,
} from 'node:zlib';
import { type Reject, reject } from './outcome.ts';

/**
 * Largest window of zstd, as a power of two: the 8 MiB that HTTP allows (RFC 9659). A frame may ask for far more, and gets it
 * before its first byte comes out. Brotli's is 16 MiB at most, deflate's 32 KiB.
 */
const ZSTD_BOUNDS = { params: { [constants.ZSTD_d_windowLogMax]: 23 } };

/** What any body may inflate to, whatever its ratio: small documents that repeat themselves are no harm. */
const UNSUSPICIOUS_BYTES = 1024 * 1024;

/**
 * Inflated bytes for each byte on the wire, unless told otherwise. Reports take 5 to 30; a bomb takes 1,000 (gzip) to 600,000
 * (br), and would buy 60 to 190 ms of our processor for a few hundred bytes.
 */
export const MAX_INFLATION_RATIO = 200;

/** How far a body may inflate. */
export interface InflationBounds {
  readonly maxBytes: number;
  /** Inflated bytes for each byte of the body. */
  readonly maxRatio: number;
}

interface Bounds {
  readonly maxOutputLength: number;
}

/** One way to inflate: at once, or on another thread. */
interface Inflater {
  readonly now: (body: Buffer, bounds: Bounds) => Buffer;
  readonly aside: (body: Buffer, bounds: Bounds) => Promise<Buffer>;
}

const inflateZstd = promisify<Buffer, Bounds & typeof ZSTD_BOUNDS, Buffer>(zstdDecompress);

const INFLATERS: ReadonlyMap<string, Inflater> = new Map<string, Inflater>([
  ['gzip', { now: gunzipSync, aside: promisify<Buffer, Bounds, Buffer>(gunzip) }],
  ['deflate', { now: inflateSync, aside: promisify<Buffer, Bounds, Buffer>(inflateDeflate) }],
  ['br', { now: brotliDecompressSync, aside: promisify<Buffer, Bounds, Buffer>(brotliDecompress) }],
  [
    'zstd',
    {
      now: (body, bounds) => zstdDecompressSync(body, { ...bounds, ...ZSTD_BOUNDS }),
      aside: (body, bounds) => inflateZstd(body, { ...bounds, ...ZSTD_BOUNDS }),
    },
  ],
]);

const isGzip = (body: Buffer): boolean => body[0] === 0x1f && body[1] === 0x8b;

/**
 * What a body is, whatever its header said. Gzip is told by its first two bytes: SonarQube claims gzip also when it sends plain
 * JSON.
 */
const actualEncoding = (body: Buffer, claimed: string): string => {
  if (isGzip(body)) return 'gzip';
  return claimed === 'gzip' ? 'identity' : claimed;
};

const refusal = (error: unknown, encoding: string): Reject =>
  (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE'
    ? reject('inflated_too_large', encoding)
    : reject('inflate_failed', encoding);

/** What there is to do for a body: nothing, refuse it, or inflate it as what it is. */
const plan = (
  body: Buffer,
  claimed: string,
  { maxBytes, maxRatio }: InflationBounds,
): Buffer | Reject | { encoding: string; by: Inflater; bounds: Bounds } => {
  const encoding = actualEncoding(body, claimed);
  if (encoding === 'identity') return body.length > maxBytes ? reject('inflated_too_large') : body;
  const by = INFLATERS.get(encoding);
  const maxOutputLength = Math.min(maxBytes, Math.max(UNSUSPICIOUS_BYTES, body.length * maxRatio));
  return by === undefined ? reject('unsupported_encoding') : { encoding, by, bounds: { maxOutputLength } };
};

/** The body as it was before compression, within the bounds: whatever is above them is never inflated. */
export const inflate = (body: Buffer, claimed: string, bounds: InflationBounds): Buffer | Reject => {
  const planned = plan(body, claimed, bounds);
  if (!('by' in planned)) return planned;
  try {
    return planned.by.now(body, planned.bounds);
  } catch (error) {
    return refusal(error, planned.encoding);
  }
};

/** The same on another thread, for a process that must go on answering meanwhile. */
export const inflateAside = async (
  body: Buffer,
  claimed: string,
  bounds: InflationBounds,
): Promise<Buffer | Reject> => {
  const planned = plan(body, claimed, bounds);
  if (!('by' in planned)) return planned;
  try {
    return await planned.by.aside(body, planned.bounds);
  } catch (error) {
    return refusal(error, planned.encoding);
  }
};
