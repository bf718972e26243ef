/** Whether the character at `index` is escaped by the backslashes in front of it. */
const isEscaped = (text: string, index: number): boolean => {
  let start = index;
  while (text[start - 1] === '\\') start -= 1;
  return (index - start) % 2 === 1;
};

/**
 * The nth element from the end of a header that is a list with commas; undefined when there are fewer. Commas within quotes
 * separate nothing. It reads from the end and no further than it must: what stands in front can be made up, and neither a quote
 * that is never closed nor thousands of elements may change what is found, or how long that takes.
 *
 * @param n at least 1
 */
export const nthFromEnd = (list: string, n: number): string | undefined => {
  let end = list.length;
  let left = n;
  let isQuoted = false;
  for (let index = list.length - 1; index >= 0; index -= 1) {
    const character = list[index];
    if (character === '"' && !isEscaped(list, index)) isQuoted = !isQuoted;
    if (character !== ',' || isQuoted) continue;
    left -= 1;
    if (left === 0) return list.slice(index + 1, end);
    end = index;
  }
  return left === 1 && list !== '' ? list.slice(0, end) : undefined;
};
