import { MAX_TEXT_CHARS } from '../../schemas/pack/field.ts';
import { DETECTORS, type Detector } from './detectors.ts';
import { legible } from './legible.ts';

/** Counts what was found, by detector. */
export type Found = Map<string, number>;

/**
 * How much more than we keep is looked at, in characters: more than the longest find of which the beginning alone says nothing,
 * the 1,024 characters in front of an address's at sign. Keys and tokens are known by how they begin.
 */
const LOOK_AHEAD_CHARS = 2_048;

const replaceFinds = (text: string, pattern: RegExp, { name, measure }: Detector, found: Found): string =>
  text.replace(pattern, (match: string, group: unknown) => {
    const kept = typeof group === 'string' && measure === undefined ? group : '';
    const length = measure ? measure(match) : match.length;
    if (length === 0) return match;
    found.set(name, (found.get(name) ?? 0) + 1);
    return `${kept}[${name}]${match.slice(length)}`;
  });

const scrubWhole = (text: string, found: Found, detectors: readonly Detector[]): string => {
  const read = legible(text);
  let clean = read;
  for (const detector of detectors) {
    if (!detector.hint.test(clean)) continue;
    for (const pattern of detector.patterns) clean = replaceFinds(clean, pattern, detector, found);
  }
  return clean === read ? text : clean;
};

/**
 * The text with a marker in place of everything that a detector finds, and at most {@link MAX_TEXT_CHARS} of it. Where
 * something was found, the rest is as the detectors read it (see {@link legible}); else it stays as it was, but for halves of
 * surrogate pairs, which become U+FFFD.
 */
export const scrubText = (text: string, found: Found, detectors: readonly Detector[] = DETECTORS): string => {
  const start = text.slice(0, MAX_TEXT_CHARS + LOOK_AHEAD_CHARS);
  const clean = scrubWhole(start, found, detectors);
  // What was cut in two at the end of the start is in the last part of what came of it, however much became markers.
  const whole = start.length < text.length ? clean.slice(0, -LOOK_AHEAD_CHARS) : clean;
  return whole.slice(0, MAX_TEXT_CHARS).toWellFormed();
};
