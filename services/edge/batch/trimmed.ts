/** White space of JSON: tab, newline, return, space. */
const isSpace = (byte: number | undefined): boolean => byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;

/** The bytes without white space around them; no copy. */
export const trimmed = (bytes: Buffer): Buffer => {
  let [start, end] = [0, bytes.length];
  while (isSpace(bytes[start])) start += 1;
  while (end > start && isSpace(bytes[end - 1])) end -= 1;
  return bytes.subarray(start, end);
};
