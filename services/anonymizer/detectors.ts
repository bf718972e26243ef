import { ADDRESSES } from './detectors/addresses.ts';
import { HOSTS } from './detectors/hosts.ts';
import { PEOPLE, PHONES } from './detectors/people.ts';
import { SECRETS } from './detectors/secrets.ts';

/** Finds one kind of personal data or secret in free text. */
export interface Detector {
  /** Names the marker that stands in the text afterwards: `[email]`. */
  readonly name: string;
  /** Something without which the patterns find nothing. It begins with what is rare in a text, so looking for it is fast. */
  readonly hint: RegExp;
  /**
   * Global; a first group is what stands in front of a find and stays. Every repetition is bounded, and those that are long
   * begin at a boundary or a rare mark, so that it takes linear time on any text.
   */
  readonly patterns: readonly RegExp[];
  /** How many characters of a match are a find, where a pattern can't tell: 0 for none. */
  readonly measure?: (match: string) => number;
}

/** The detectors in the order in which they are applied: what holds another kind inside comes first. */
export const DETECTORS: readonly Detector[] = [...SECRETS, ...PEOPLE, ...ADDRESSES, ...HOSTS];

/** The detectors of a product whose policy has phone numbers removed as well. */
export const DETECTORS_WITH_PHONES: readonly Detector[] = [...DETECTORS, ...PHONES];
