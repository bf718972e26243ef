import { gzipSync } from 'node:zlib';

/** An answer as it came over the wire. */
export interface RawAnswer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The first whole answer in `text` and how long it is; undefined when there is none yet. */
export const parseAnswer = (text: string): { readonly answer: RawAnswer; readonly length: number } | undefined => {
  const headEnd = text.indexOf('\r\n\r\n');
  if (headEnd < 0) return undefined;
  const [statusLine = '', ...lines] = text.slice(0, headEnd).split('\r\n');
  const headers = Object.fromEntries(
    lines.map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
    }),
  );
  const length = headEnd + 4 + Number(headers['content-length'] ?? 0);
  if (text.length < length) return undefined;
  const answer = { status: Number(statusLine.split(' ')[1]), headers, body: text.slice(headEnd + 4, length) };
  return { answer, length };
};

/** One chunk of a body in chunked transfer encoding; an empty one ends it. */
export const chunk = (text: string): string => `${text.length.toString(16)}\r\n${text}\r\n`;

/** The head of a request, from its lines. */
export const head = (...lines: readonly string[]): string => `${lines.join('\r\n')}\r\n\r\n`;

/** A request as it goes over the wire, from its lines. */
export const request = (lines: readonly string[], body: string | Buffer): Buffer =>
  Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`), Buffer.from(body)]);

/** A body in two chunks and the end, as a client that compresses while it sends makes them. */
export const inChunks = (body: Buffer): Buffer => {
  const half = Math.ceil(body.length / 2);
  const parts = [body.subarray(0, half), body.subarray(half), Buffer.alloc(0)];
  return Buffer.from(parts.map((part) => chunk(part.toString('latin1'))).join(''), 'latin1');
};

/** A text as gzip, in chunks. */
export const gzippedInChunks = (text: string): Buffer => inChunks(gzipSync(text));
