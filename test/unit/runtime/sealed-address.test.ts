import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { RetryableError } from '../../../services/runtime/errors.ts';
import { AddressKeys, loadAddressKeys, seal, unseal } from '../../../services/runtime/sealed-address.ts';
import { EmbeddedStateStore } from '../../../services/runtime/state/embedded.ts';
import type { StateStore } from '../../../services/runtime/state/state-store.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const KEY = randomBytes(32);
const EVENT = '0198a2c4-0000-7000-8000-000000000001';
const ADDRESS = '203.0.113.9';
const HOUR_MS = 3_600_000;

describe('a sealed address', () => {
  test.each([ADDRESS, '2001:db8::1'])('opens for its event and key: %s', (address) => {
    expect(unseal(KEY, EVENT, seal(KEY, EVENT, address))).toBe(address);
  });

  test('differs from that of the same address at another time, and shows nothing of it', () => {
    const [one, other] = [seal(KEY, EVENT, ADDRESS), seal(KEY, EVENT, ADDRESS)];
    expect(one.equals(other)).toBe(false);
    expect(one.includes(ADDRESS)).toBe(false);
  });

  const sealed = seal(KEY, EVENT, ADDRESS);
  const flipped = (index: number): Buffer => {
    const copy = Buffer.from(sealed);
    copy.writeUInt8(copy.readUInt8(index) ^ 1, index);
    return copy;
  };
  test.each([
    ['another key', randomBytes(32), EVENT, sealed],
    ['another event', KEY, '0198a2c4-0000-7000-8000-000000000002', sealed],
    ['a changed nonce', KEY, EVENT, flipped(0)],
    ['a changed ciphertext', KEY, EVENT, flipped(12)],
    ['a changed tag', KEY, EVENT, flipped(sealed.length - 1)],
    ['missing bytes', KEY, EVENT, sealed.subarray(0, 20)],
    ['no bytes', KEY, EVENT, Buffer.alloc(0)],
  ])('does not open with %s', (_what, key, event, bytes) => {
    expect(unseal(key, event, bytes)).toBeUndefined();
  });
});

describe('address keys', () => {
  const start = async () => {
    const clock = { nowMs: 1_000 * HOUR_MS };
    const state = new EmbeddedStateStore(join(await temporaryFolder(), 'state'), () => clock.nowMs);
    onTestFinished(() => state.close());
    return { clock, state, keys: new AddressKeys(state) };
  };

  test('are one per hour, shared by all edges', async () => {
    const { state, clock, keys } = await start();
    const first = await keys.seal(EVENT, ADDRESS, clock.nowMs);
    const sameHour = await new AddressKeys(state).seal(EVENT, ADDRESS, clock.nowMs + HOUR_MS - 1);
    const nextHour = await keys.seal(EVENT, ADDRESS, clock.nowMs + HOUR_MS);
    expect(sameHour?.key_id).toBe(first?.key_id);
    expect(nextHour?.key_id).not.toBe(first?.key_id);

    const byId = await loadAddressKeys(state, new Set([first?.key_id ?? '', nextHour?.key_id ?? '']));
    const opened = [first, sameHour, nextHour].map((sealed) => {
      const key = sealed && byId.get(sealed.key_id);
      return key && unseal(key, EVENT, sealed.sealed);
    });
    expect(opened).toEqual([ADDRESS, ADDRESS, ADDRESS]);
    const keysOfTwoHours = [...byId.values()].map((key) => key.toString('hex'));
    expect(new Set(keysOfTwoHours).size).toBe(2);
  });

  test('are destroyed after a day: the address can never be opened again', async () => {
    const { state, clock, keys } = await start();
    const sealed = await keys.seal(EVENT, ADDRESS, clock.nowMs);
    const ids = new Set([sealed?.key_id ?? '']);
    clock.nowMs += 24 * HOUR_MS - 1;
    expect((await loadAddressKeys(state, ids)).size).toBe(1);
    clock.nowMs += 1;
    expect((await loadAddressKeys(state, ids)).size).toBe(0);
  });

  test('seal nothing when there is no address', async () => {
    const { keys, clock } = await start();
    expect(await keys.seal(EVENT, undefined, clock.nowMs)).toBeNull();
  });

  test('that are not to be had cost the address, and only until the store is back', async () => {
    const { state, clock } = await start();
    let isAway = true;
    const flaky: StateStore = {
      createOnce: async (...entry) => {
        if (isAway) throw new RetryableError('the store is away');
        return state.createOnce(...entry);
      },
      createOnceMany: (entries, ttlMs) => state.createOnceMany(entries, ttlMs),
      raiseMany: (marks, ttlMs) => state.raiseMany(marks, ttlMs),
      getMany: (keys) => state.getMany(keys),
      close: () => state.close(),
    };
    const keys = new AddressKeys(flaky);
    expect(await keys.seal(EVENT, ADDRESS, clock.nowMs)).toBeNull();
    isAway = false;
    expect(await keys.seal(EVENT, ADDRESS, clock.nowMs)).not.toBeNull();
  });
});
