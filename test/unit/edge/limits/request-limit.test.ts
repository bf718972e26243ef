import { expect, test } from 'vitest';
import { RequestLimit } from '../../../../services/edge/limits/request-limit.ts';

const BOUNDS = { perSecond: 10, burst: 5, maxAddresses: 3 };

/** Requests of an address that are taken out of `count` at one moment. */
const taken = (limit: RequestLimit, key: string, count: number, now: number): number =>
  Array.from({ length: count }, () => limit.take(key, now)).filter(Boolean).length;

test('an address may make a burst, then its share a second, and never more than a burst after a pause', () => {
  const limit = new RequestLimit(BOUNDS);
  expect(taken(limit, 'a', 10, 0)).toBe(5);
  expect(taken(limit, 'a', 10, 50)).toBe(0);
  expect(taken(limit, 'a', 10, 100)).toBe(1);
  expect(taken(limit, 'a', 10, 300)).toBe(2);
  expect(taken(limit, 'a', 10, 1_000_000)).toBe(5);
});

test('one address takes nothing from another', () => {
  const limit = new RequestLimit(BOUNDS);
  expect(taken(limit, 'a', 10, 0)).toBe(5);
  expect(taken(limit, 'b', 10, 0)).toBe(5);
});

test('an address is forgotten when its bucket would be full again', () => {
  const limit = new RequestLimit(BOUNDS);
  limit.take('a', 0);
  limit.take('b', 300);
  limit.forget(499);
  expect(limit.size).toBe(2);
  limit.forget(500);
  expect(limit.size).toBe(1);
  limit.forget(800);
  expect(limit.size).toBe(0);
});

test('no more addresses are remembered than the bound; the quietest goes first', () => {
  const limit = new RequestLimit(BOUNDS);
  for (const key of ['a', 'b', 'c']) taken(limit, key, 5, 0);
  limit.take('a', 0);
  limit.take('d', 0);
  expect(limit.size).toBe(3);
  expect(limit.take('a', 0)).toBe(false);
  expect(limit.take('b', 0)).toBe(true);
});
