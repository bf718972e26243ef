import { randomUUIDv7 } from 'node:crypto';
import { expect, test } from 'vitest';
import { formatReceipt, parseReceipt, timeOf } from '../../../../services/edge/receipts/receipt.ts';

const ID = '01a1fe84-ac3a-7ec1-bf37-43a5400ebb93';

test.each([
  [`${ID}.3.120`, { eventId: ID, place: { partition: 3, offset: 120 }, spooled: false }],
  [`${ID}.spool`, { eventId: ID, place: undefined, spooled: true }],
])('%s is understood as it was written', (text, receipt) => {
  expect(formatReceipt(receipt)).toBe(text);
  expect(parseReceipt(text)).toEqual(receipt);
});

test('the id of an event is enough to ask', () => {
  expect(parseReceipt(ID)).toEqual({ eventId: ID, place: undefined, spooled: false });
});

test.each([
  '',
  'abc',
  `${ID}.`,
  `${ID}.1`,
  `${ID}.1.`,
  `${ID}.1.-2`,
  `${ID}.1.2.3`,
  `${ID}.spool.1`,
  `${ID}.1.9999999999999999`,
  `${ID}'`,
  ID.toUpperCase(),
  ID.replace('-7', '-4'),
  '3e5f1a1e-7f3e-4b6e-9a53-0c8f5f0d1e11',
])('%j is no receipt', (text) => {
  expect(parseReceipt(text)).toBeUndefined();
});

test('the id tells when it was made', () => {
  const before = Date.now();
  const time = timeOf(randomUUIDv7());
  expect(time).toBeGreaterThanOrEqual(before);
  expect(time).toBeLessThanOrEqual(Date.now());
});
