import { setImmediate as turn } from 'node:timers/promises';
import { trimmed } from './trimmed.ts';

const [QUOTE, COMMA, BACKSLASH] = [0x22, 0x2c, 0x5c];
const [OPEN_ARRAY, CLOSE_ARRAY, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d];

/** Where the string that begins at `start` has its closing quote; behind the bytes when it has none. */
const endOfString = (bytes: Buffer, start: number): number => {
  let at = start + 1;
  while (at < bytes.length && bytes[at] !== QUOTE) at += bytes[at] === BACKSLASH ? 2 : 1;
  return at;
};

/**
 * The elements of a JSON array as they stand there, without white space around them; undefined when it is no array. Stops after
 * `most` + 1 of them. Only brackets and strings are followed: whether an element is valid is left to who reads it. Lets others
 * have their turn after every `turnBytes`.
 */
export const splitArray = async (
  array: Buffer,
  most: number,
  turnBytes: number,
): Promise<readonly Buffer[] | undefined> => {
  if (array[0] !== OPEN_ARRAY) return undefined;
  const elements: Buffer[] = [];
  let [depth, start, lastTurn] = [0, 1, 0];
  for (let at = 0; at < array.length && elements.length <= most; at += 1) {
    const byte = array[at];
    if (byte === QUOTE) at = endOfString(array, at);
    else if (byte === OPEN_ARRAY || byte === OPEN_OBJECT) depth += 1;
    else if (byte === CLOSE_ARRAY || byte === CLOSE_OBJECT) depth -= 1;
    const isEnd = depth === 0;
    if (isEnd && (byte !== CLOSE_ARRAY || at !== array.length - 1)) return undefined;
    if (isEnd || (depth === 1 && byte === COMMA)) {
      const element = trimmed(array.subarray(start, at));
      // Only an empty array has nothing in front of its end.
      if (element.length > 0) elements.push(element);
      else if (!isEnd || elements.length > 0) return undefined;
      if (isEnd) return elements;
      start = at + 1;
    }
    if (at - lastTurn > turnBytes) {
      lastTurn = at;
      await turn();
    }
  }
  return elements.length > most ? elements : undefined;
};
