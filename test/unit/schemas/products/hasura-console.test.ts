import { expect, test } from 'vitest';
import { MAX_TEXT_CHARS } from '../../../../schemas/pack/field.ts';
import { consoleEvent } from '../../../../schemas/products/hasura/contract/console.ts';
import { createScrubber } from '../../../../services/anonymizer/scrub.ts';

/** The message that is kept of an error event. */
const kept = (message: string): string | null | undefined => {
  const event = consoleEvent.parse({ event_type: 'Main/RUN_TIME_ERROR', data: { message, stack: null } });
  createScrubber(consoleEvent)(event);
  return event.data?.message;
};

test('an error message longer than we keep loses its end, not the event', () => {
  expect(kept('<p>502 Bad Gateway</p> '.repeat(5_000))).toMatch(/^<p>502 Bad Gateway<\/p>.{16000,16384}$/);
});

test('a secret on the edge of what is kept goes as a whole', () => {
  const before = 'x '.repeat(MAX_TEXT_CHARS / 2 - 5);
  const message = kept(`${before}jane.doe@example.org ${'y'.repeat(100)}`);
  expect(message).toBe(before.trimEnd());
});

test('a long message without a gap is not kept', () => {
  expect(kept('z'.repeat(MAX_TEXT_CHARS + 1))).toBe('');
});

test('a message that fits is kept to its end', () => {
  const message = 'x'.repeat(MAX_TEXT_CHARS);
  expect(kept(message)).toBe(message);
});
