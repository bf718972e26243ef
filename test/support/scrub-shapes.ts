import { parentPort, workerData } from 'node:worker_threads';
import { MAX_TEXT_CHARS } from '../../schemas/pack/field.ts';
import { DETECTORS_WITH_PHONES } from '../../services/anonymizer/detectors.ts';
import { scrubText } from '../../services/anonymizer/scrub-text.ts';

/** Texts of the greatest length that a contract lets through, of each shape: 1 MB together. */
const TEXTS = 64;

/** Work of a thread: scrubs each shape, repeated to 10 MB, and many texts of it that a contract lets through. */
const shapes = workerData as readonly string[];

let done = 0;
for (const shape of shapes) {
  const text = shape.repeat(Math.ceil((10 * 1024 * 1024) / shape.length));
  scrubText(text, new Map(), DETECTORS_WITH_PHONES);
  for (let index = 0; index < TEXTS; index += 1)
    scrubText(text.slice(index, index + MAX_TEXT_CHARS), new Map(), DETECTORS_WITH_PHONES);
  done += 1;
}
parentPort?.postMessage(done);
