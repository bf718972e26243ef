import { type Reject, reject } from '../runtime/outcome.ts';

/** What a JSON document may consist of. */
export interface JsonBounds {
  /** Objects and arrays inside of each other. */
  readonly maxDepth: number;
  /** Keys of all objects of the document together. */
  readonly maxKeys: number;
  /** Elements of all arrays of the document together. */
  readonly maxElements: number;
  /** Bytes of one string or key, escapes as they are written. */
  readonly maxStringBytes: number;
}

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_ARRAY = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_ARRAY = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/** Where the string that begins behind `start` ends: at its closing quote, or at the end of the bytes. */
const endOfString = (json: Buffer, start: number): number => {
  let end = start;
  while (end < json.length && json[end] !== QUOTE) end += json[end] === BACKSLASH ? 2 : 1;
  return end;
};

/**
 * Refuses a document above a bound, before anything is built from it: `JSON.parse` makes 20 bytes of memory and more from each
 * byte of `[{},{},…`. One pass over the bytes, without recursion; what is no JSON at all is left to the parser.
 */
export const checkJsonBounds = (json: Buffer, bounds: JsonBounds): Reject | undefined => {
  /** Whether the container at a depth is an array. */
  const isArray = new Uint8Array(bounds.maxDepth + 1);
  let depth = 0;
  let keys = 0;
  let elements = 0;
  for (let at = 0; at < json.length; at += 1) {
    const byte = json[at];
    switch (byte) {
      case QUOTE: {
        const end = endOfString(json, at + 1);
        if (end - at - 1 > bounds.maxStringBytes) return reject('json_string_too_long');
        at = end;
        break;
      }
      case OPEN_ARRAY:
      case OPEN_OBJECT:
        depth += 1;
        if (depth > bounds.maxDepth) return reject('json_too_deep');
        isArray[depth] = Number(byte === OPEN_ARRAY);
        // An empty array counts as one element: it takes memory as well.
        elements += Number(byte === OPEN_ARRAY);
        break;
      case CLOSE_ARRAY:
      case CLOSE_OBJECT:
        depth -= 1;
        break;
      case COLON:
        keys += 1;
        if (keys > bounds.maxKeys) return reject('json_too_many_keys');
        break;
      case COMMA:
        elements += isArray[depth] ?? 0;
        if (elements > bounds.maxElements) return reject('json_too_many_elements');
        break;
    }
  }
  return undefined;
};
