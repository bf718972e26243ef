import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { loadHashAddress } from '../../../services/anonymizer/address-hash.ts';
import { EmbeddedStateStore } from '../../../services/runtime/state/embedded.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const ADDRESS = '203.0.113.9';
const HOUR_MS = 3_600_000;
const EVENING = Date.parse('2026-11-20T23:59:59Z');
const MIDNIGHT = Date.parse('2026-11-21T00:00:00Z');

/** A state store with a clock of its own. */
const stateAt = async (startMs: number) => {
  let now = startMs;
  const state = new EmbeddedStateStore(join(await temporaryFolder(), 'state'), () => now);
  onTestFinished(() => state.close());
  return { state, pass: (ms: number) => (now += ms) };
};

test('two reports of one day have the same hash, whoever asks; two addresses have not', async () => {
  const { state } = await stateAt(MIDNIGHT);
  const one = await loadHashAddress('hmac', state, [MIDNIGHT]);
  const other = await loadHashAddress('hmac', state, [MIDNIGHT + 23 * HOUR_MS]);
  expect(one(ADDRESS, MIDNIGHT)).toMatch(/^[0-9a-f]{64}$/);
  expect(other(ADDRESS, MIDNIGHT + 23 * HOUR_MS)).toBe(one(ADDRESS, MIDNIGHT));
  expect(one('203.0.113.10', MIDNIGHT)).not.toBe(one(ADDRESS, MIDNIGHT));
});

test('a report that waited over midnight has the hash of the day on which it was received', async () => {
  const { state, pass } = await stateAt(EVENING);
  const then = (await loadHashAddress('hmac', state, [EVENING]))(ADDRESS, EVENING);
  pass(6 * HOUR_MS);
  const late = await loadHashAddress('hmac', state, [EVENING, MIDNIGHT]);
  expect(late(ADDRESS, EVENING)).toBe(then);
  expect(late(ADDRESS, MIDNIGHT)).not.toBe(then);
});

test('48 hours later nobody can make the hash again', async () => {
  const { state, pass } = await stateAt(MIDNIGHT);
  const then = (await loadHashAddress('hmac', state, [MIDNIGHT]))(ADDRESS, MIDNIGHT);
  pass(48 * HOUR_MS);
  expect((await loadHashAddress('hmac', state, [MIDNIGHT]))(ADDRESS, MIDNIGHT)).not.toBe(then);
});

test('without a key there is no hash', async () => {
  const { state } = await stateAt(MIDNIGHT);
  expect((await loadHashAddress('hmac', state, []))(ADDRESS, MIDNIGHT)).toBeNull();
});

test('SHA-1 is what its name says, on every day', async () => {
  const { state } = await stateAt(MIDNIGHT);
  const hash = await loadHashAddress('sha1-insecure', state, []);
  expect(hash(ADDRESS, EVENING)).toBe(createHash('sha1').update(ADDRESS).digest('hex'));
  expect(hash(ADDRESS, MIDNIGHT)).toBe(hash(ADDRESS, EVENING));
});
