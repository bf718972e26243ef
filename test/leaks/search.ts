import { constants, inflateRawSync } from 'node:zlib';
import type { Canary } from './canaries.ts';
import { spellingsOf } from './spellings.ts';

/** A canary that was found. */
export interface Hit {
  readonly canary: Canary;
  readonly spelling: string;
  /** Whether it is inside of something compressed. */
  readonly isPacked: boolean;
  /** What stands around it, in printable characters. */
  readonly context: string;
}

/** Looks for all canaries at once. */
export type Search = (bytes: Buffer) => readonly Hit[];

interface Needle {
  readonly canary: Canary;
  readonly spelling: string;
  readonly bytes: Buffer;
}

/** Characters shown on each side of a hit. */
const CONTEXT_BYTES = 60;

/** Where compression inside of compression ends: a gzipped body in a gzipped batch is one inside of another. */
const MAX_DEPTH = 3;

const small = (byte: number): number => (byte >= 0x41 && byte <= 0x5a ? byte + 0x20 : byte);

/** Largest number of bytes that one gzip member may unfold to; no batch of a run is larger. */
const MAX_MEMBER_BYTES = 256 * 1024 * 1024;

/** How a gzip member begins that neither names a file nor says more: that of every client and of Kafka. */
const MEMBER = Buffer.from([0x1f, 0x8b, 0x08, 0x00]);
const MEMBER_HEADER_BYTES = 10;

/** Every gzip member in `bytes`, unfolded as far as it goes. */
const members = function* (bytes: Buffer): Generator<Buffer> {
  for (let at = bytes.indexOf(MEMBER); at >= 0; at = bytes.indexOf(MEMBER, at + 1)) {
    try {
      yield inflateRawSync(bytes.subarray(at + MEMBER_HEADER_BYTES), {
        finishFlush: constants.Z_SYNC_FLUSH,
        maxOutputLength: MAX_MEMBER_BYTES,
      });
    } catch {
      // Four bytes that only look like the beginning of one, or one that was damaged on purpose.
    }
  }
};

/**
 * Compiles the search: one automaton (Aho and Corasick's) that goes over the bytes once, whatever the number of canaries.
 * Capitals count as small letters.
 */
export const createSearch = (canaries: readonly Canary[]): Search => {
  const needles: Needle[] = canaries.flatMap((canary) =>
    canary.secrets.flatMap((secret) =>
      [...spellingsOf(secret)].flatMap(([spelling, forms]) => forms.map((bytes) => ({ canary, spelling, bytes }))),
    ),
  );
  // Bytes that are in no needle share a column.
  const columns = new Uint8Array(256);
  let width = 1;
  for (const { bytes } of needles)
    for (const byte of bytes) {
      if (columns[small(byte)] === 0) {
        columns[small(byte)] = width;
        width += 1;
      }
    }
  for (let byte = 0x41; byte <= 0x5a; byte += 1) columns[byte] = columns[small(byte)] ?? 0;

  const size = needles.reduce((sum, { bytes }) => sum + bytes.length, 1);
  const next = new Int32Array(size * width).fill(-1);
  const ends: (Needle[] | undefined)[] = [];
  let states = 1;
  for (const needle of needles) {
    let state = 0;
    for (const byte of needle.bytes) {
      const column = columns[byte] ?? 0;
      const cell = state * width + column;
      if (next[cell] === -1) {
        next[cell] = states;
        states += 1;
      }
      state = next[cell] ?? 0;
    }
    ends[state] = [...(ends[state] ?? []), needle];
  }
  const fallback = new Int32Array(states);
  const queue: number[] = [0];
  for (let head = 0; head < queue.length; head += 1) {
    const state = queue[head] ?? 0;
    const fallen = fallback[state] ?? 0;
    if (state !== 0) ends[state] = [...(ends[state] ?? []), ...(ends[fallen] ?? [])];
    for (let column = 0; column < width; column += 1) {
      const cell = state * width + column;
      const target = next[cell] ?? -1;
      const other = state === 0 ? 0 : (next[fallen * width + column] ?? 0);
      if (target === -1) next[cell] = other;
      else {
        fallback[target] = other;
        queue.push(target);
      }
    }
  }
  const isEnd = new Uint8Array(states);
  for (let state = 0; state < states; state += 1) isEnd[state] = (ends[state]?.length ?? 0) > 0 ? 1 : 0;

  const contextOf = (bytes: Buffer, end: number, length: number): string =>
    bytes
      .subarray(Math.max(0, end - length - CONTEXT_BYTES), end + CONTEXT_BYTES)
      .toString('latin1')
      .replace(/[^\x20-\x7e]/g, '.');

  const searchFlat = (bytes: Buffer, isPacked: boolean): Hit[] => {
    const hits: Hit[] = [];
    let state = 0;
    for (let at = 0; at < bytes.length; at += 1) {
      state = next[state * width + (columns[bytes[at] as number] as number)] as number;
      if (isEnd[state] === 0) continue;
      for (const { canary, spelling, bytes: needle } of ends[state] ?? [])
        hits.push({ canary, spelling, isPacked, context: contextOf(bytes, at + 1, needle.length) });
    }
    return hits;
  };

  const search = (bytes: Buffer, depth: number): Hit[] => [
    ...searchFlat(bytes, depth > 0),
    ...(depth < MAX_DEPTH ? [...members(bytes)].flatMap((member) => search(member, depth + 1)) : []),
  ];
  return (bytes) => search(bytes, 0);
};
