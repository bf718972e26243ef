import { toCount } from '../../pack/derive.ts';

/** Words that stand for a missing value: Erlang atoms, and what EMQX says of an operating system it can't name. */
const isUnknown = (text: string): boolean => text === 'undefined' || text === 'unknown' || text === 'Unknown';

/** A text as sent; empty when it is absent or stands for a missing value. */
export const knownText = (text: string | null | undefined): string => (text && !isUnknown(text) ? text : '');

/** A count as sent; null when it is absent or an Erlang atom stands in its place. */
export const knownCount = (value: number | string | null | undefined): number | null =>
  typeof value === 'number' ? value : null;

/** Sum of the known counts. */
export const total = (counts: readonly (number | string | null | undefined)[]): number =>
  counts.reduce<number>((sum, value) => toCount(sum + (knownCount(value) ?? 0)), 0);
