import { DETECTORS, type Detector } from '../../services/anonymizer/detectors.ts';
import { scrubText } from '../../services/anonymizer/scrub-text.ts';

/** What is left of a text, and what was found in it, by detector and number of finds. */
export const scrubbed = (text: string, detectors: readonly Detector[] = DETECTORS) => {
  const found = new Map<string, number>();
  return { text: scrubText(text, found, detectors), found: Object.fromEntries(found) };
};
