/** Half of a surrogate pair as JSON.stringify escapes it, or an escaped backslash, behind which `ud800` would be text. */
const HALF = /\\(\\|ud[89a-f][0-9a-f]{2})/g;

/**
 * A document as JSON. Halves of surrogate pairs, which an escape in a client's JSON can bring, become U+FFFD: there is no UTF-8
 * for them, and avsc would write bytes that are none.
 */
export const wellFormedJson = (document: unknown): string => {
  const json = JSON.stringify(document);
  return json.includes('\\ud')
    ? json.replace(HALF, (escaped, what: string) => (what === '\\' ? escaped : '\ufffd'))
    : json;
};
