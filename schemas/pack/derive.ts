import { MAX_INTEGER } from './field.ts';

/** Earliest and latest time that a DateTime64(3) column holds, in ms since 1970: 1900-01-01 to 2299-12-31. */
const EARLIEST_MS = -2_208_988_800_000;
const LATEST_MS = 10_413_791_999_999;

/** Most parts kept of a version, and the largest value of one (UInt32). */
const MAX_VERSION_PARTS = 8;
const MAX_VERSION_PART = 4_294_967_295;

/**
 * The leading numbers of a version, comparable as an array: `10.7.0.96327` → `[10, 7, 0, 96327]`, `v2.48.0-ce` → `[2, 48, 0]`.
 * Empty for what is not a version (`development`, a git hash).
 */
export const versionParts = (version: string | null | undefined): number[] => {
  // A single number counts only when no letter follows: `16 (Debian)` is a version, the hash `16be04d` is none.
  const numbers = /^\D{0,2}(\d{1,10}(?:\.\d{1,10})+|\d{1,10}(?![0-9a-z]))/i.exec(version ?? '')?.[1];
  if (numbers === undefined) return [];
  const parts = numbers.split('.', MAX_VERSION_PARTS).map(Number);
  return parts.every((part) => part <= MAX_VERSION_PART) ? parts : [];
};

/** The nearest whole number that a UInt64 column takes: sums of hostile counts stay at {@link MAX_INTEGER}. */
export const toCount = (value: number): number => Math.min(Math.max(Math.round(value), 0), MAX_INTEGER);

/** A client's point in time (ISO text or ms since 1970) as ms since 1970; null when absent or outside of DateTime64(3). */
export const instant = (time: string | number | null | undefined): number | null => {
  if (time === null || time === undefined) return null;
  // Date.parse wants a colon in the offset and a dot before the fraction; Java's writers leave both out.
  const ms =
    typeof time === 'number' ? time : Date.parse(time.replace(',', '.').replace(/([+-]\d{2})(\d{2})$/, '$1:$2'));
  return Number.isFinite(ms) && ms >= EARLIEST_MS && ms <= LATEST_MS ? Math.trunc(ms) : null;
};

/** Whole days from one point in time to another, both in ms since 1970; null when either is unknown or they are reversed. */
export const daysBetween = (fromMs: number | null, toMs: number): number | null =>
  fromMs === null || toMs < fromMs ? null : Math.floor((toMs - fromMs) / 86_400_000);

const OS_FAMILIES: readonly (readonly [RegExp, string])[] = [
  [/darwin|mac/i, 'macos'],
  [/win/i, 'windows'],
  [/bsd/i, 'bsd'],
  [/linux|ubuntu|debian|centos|red ?hat|rhel|fedora|alpine|amazon|suse|rocky|alma|raspbian|oracle/i, 'linux'],
];

/** `linux`, `macos`, `windows`, `bsd` or `other` for the operating system's name as a client spells it; empty when unknown. */
export const osFamily = (name: string | null | undefined): string =>
  name ? (OS_FAMILIES.find(([pattern]) => pattern.test(name))?.[1] ?? 'other') : '';
