import { promisify } from 'node:util';
import {
  brotliDecompress,
  brotliDecompressSync,
  gunzip,
  gunzipSync,
  inflate as inflateDeflate,
  inflateSync,
  zstdDecompress,
  zstdDecompressSync,
} from 'node:zlib';
import { type Reject, reject } from './outcome.ts';

interface Bounds {
  readonly maxOutputLength: number;
}

/** One way to inflate: at once, or on another thread. */
interface Inflater {
  readonly now: (body: Buffer, bounds: Bounds) => Buffer;
  readonly aside: (body: Buffer, bounds: Bounds) => Promise<Buffer>;
}

const INFLATERS: ReadonlyMap<string, Inflater> = new Map<string, Inflater>([
  ['gzip', { now: gunzipSync, aside: promisify<Buffer, Bounds, Buffer>(gunzip) }],
  ['deflate', { now: inflateSync, aside: promisify<Buffer, Bounds, Buffer>(inflateDeflate) }],
  ['br', { now: brotliDecompressSync, aside: promisify<Buffer, Bounds, Buffer>(brotliDecompress) }],
  ['zstd', { now: zstdDecompressSync, aside: promisify<Buffer, Bounds, Buffer>(zstdDecompress) }],
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
  maxBytes: number,
): Buffer | Reject | { encoding: string; by: Inflater } => {
  const encoding = actualEncoding(body, claimed);
  if (encoding === 'identity') return body.length > maxBytes ? reject('inflated_too_large') : body;
  const by = INFLATERS.get(encoding);
  return by === undefined ? reject('unsupported_encoding') : { encoding, by };
};

/** The body as it was before compression, at most `maxBytes` of it. */
export const inflate = (body: Buffer, claimed: string, maxBytes: number): Buffer | Reject => {
  const planned = plan(body, claimed, maxBytes);
  if (!('by' in planned)) return planned;
  try {
    return planned.by.now(body, { maxOutputLength: maxBytes });
  } catch (error) {
    return refusal(error, planned.encoding);
  }
};

/** The same on another thread, for a process that must go on answering meanwhile. */
export const inflateAside = async (body: Buffer, claimed: string, maxBytes: number): Promise<Buffer | Reject> => {
  const planned = plan(body, claimed, maxBytes);
  if (!('by' in planned)) return planned;
  try {
    return await planned.by.aside(body, { maxOutputLength: maxBytes });
  } catch (error) {
    return refusal(error, planned.encoding);
  }
};
