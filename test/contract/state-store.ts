import { describe, expect, onTestFinished, test } from 'vitest';
import type { StateStore } from '../../services/runtime/state/state-store.ts';

/** A store of a test's own, and its clock. */
export interface StateStoreUnderTest {
  /** Opens the store, the same one every time; closed by whoever opened it. */
  open(): Promise<StateStore>;
  /** Lets `ms` pass for every entry of the store. */
  pass(ms: number): Promise<void>;
}

const TTL_MS = 60_000;

const bytes = (text: string): Buffer => Buffer.from(text);

const textsOf = (entries: readonly (Buffer | undefined)[]): (string | undefined)[] =>
  entries.map((entry) => entry?.toString());

/** What every state store must do. `create` makes an empty one for each test. */
export const describeStateStore = (name: string, create: () => Promise<StateStoreUnderTest>): void => {
  const start = async () => {
    const under = await create();
    const store = await under.open();
    onTestFinished(() => store.close());
    return { under, store };
  };

  describe(`${name}: createOnce`, () => {
    test('lets the first value win', async () => {
      const { store } = await start();
      expect((await store.createOnce('key', bytes('first'), TTL_MS)).toString()).toBe('first');
      expect((await store.createOnce('key', bytes('second'), TTL_MS)).toString()).toBe('first');
      expect(textsOf(await store.getMany(['key']))).toEqual(['first']);
    });

    test('gives everybody who asks at the same time the same value', async () => {
      const { store } = await start();
      const proposals = Array.from({ length: 20 }, (_, index) => bytes(`proposal ${index}`));
      const given = await Promise.all(proposals.map((proposal) => store.createOnce('key', proposal, TTL_MS)));
      expect(new Set(textsOf(given)).size).toBe(1);
      expect(textsOf(await store.getMany(['key']))).toEqual([given[0]?.toString()]);
    });

    test('keeps any bytes', async () => {
      const { store } = await start();
      const all = Buffer.from(Array.from({ length: 256 }, (_, index) => index));
      await store.createOnce('key', all, TTL_MS);
      const [found] = await store.getMany(['key']);
      expect(found?.equals(all)).toBe(true);
    });

    test('takes a new value when the old one has expired', async () => {
      const { under, store } = await start();
      await store.createOnce('key', bytes('old'), TTL_MS);
      await under.pass(TTL_MS);
      expect((await store.createOnce('key', bytes('new'), TTL_MS)).toString()).toBe('new');
    });
  });

  describe(`${name}: createOnceMany`, () => {
    const entries = (...pairs: readonly (readonly [string, string])[]) =>
      pairs.map(([key, value]) => ({ key, value: bytes(value) }));

    test('answers in order, with what was there before and with what is new', async () => {
      const { store } = await start();
      await store.createOnce('b', bytes('old'), TTL_MS);
      const given = await store.createOnceMany(entries(['a', '1'], ['b', '2'], ['c', '3']), TTL_MS);
      expect(textsOf(given)).toEqual(['1', 'old', '3']);
      expect(textsOf(await store.getMany(['a', 'b', 'c']))).toEqual(['1', 'old', '3']);
      expect(await store.createOnceMany([], TTL_MS)).toEqual([]);
    });

    test('lets the first of two entries with one key win', async () => {
      const { store } = await start();
      const given = await store.createOnceMany(entries(['a', 'first'], ['b', 'other'], ['a', 'second']), TTL_MS);
      expect(textsOf(given)).toEqual(['first', 'other', 'first']);
    });

    test('gives the same values again to whoever repeats it', async () => {
      const { store } = await start();
      const batch = entries(['a', '1'], ['b', '2']);
      const first = await store.createOnceMany(batch, TTL_MS);
      expect(textsOf(await store.createOnceMany(batch, TTL_MS))).toEqual(textsOf(first));
    });

    test('lets one of two that overlap have a key, and tells both who', async () => {
      const { store } = await start();
      const keys = Array.from({ length: 100 }, (_, index) => `key ${index}`);
      const batchOf = (claimant: string) =>
        store.createOnceMany(entries(...keys.map((key) => [key, claimant] as const)), TTL_MS);
      const [one, other] = await Promise.all([batchOf('one'), batchOf('other')]);
      expect(textsOf(one)).toEqual(textsOf(other));
    });

    test('takes new values when the old ones have expired, and not before', async () => {
      const { under, store } = await start();
      await store.createOnceMany(entries(['a', 'old']), TTL_MS);
      await under.pass(TTL_MS / 2);
      expect(textsOf(await store.createOnceMany(entries(['a', 'new']), TTL_MS))).toEqual(['old']);
      await under.pass(TTL_MS / 2);
      expect(textsOf(await store.createOnceMany(entries(['a', 'new']), TTL_MS))).toEqual(['new']);
    });
  });

  describe(`${name}: raiseMany`, () => {
    const marks = (...pairs: readonly (readonly [string, number])[]) => pairs.map(([key, number]) => ({ key, number }));

    test('keeps the larger number, whichever comes first', async () => {
      const { store } = await start();
      await store.raiseMany(marks(['a', 5], ['b', 7], ['c', 1]), TTL_MS);
      await store.raiseMany(marks(['a', 7], ['b', 5], ['c', 9], ['c', 8]), TTL_MS);
      expect(textsOf(await store.getMany(['a', 'b', 'c']))).toEqual(['7', '7', '9']);
      await store.raiseMany([], TTL_MS);
    });

    test('keeps the largest of many that come at the same time, up to the largest whole number', async () => {
      const { store } = await start();
      const numbers = Array.from({ length: 20 }, (_, index) => Number.MAX_SAFE_INTEGER - index);
      await Promise.all(numbers.toReversed().map((number) => store.raiseMany(marks(['key', number]), TTL_MS)));
      expect(textsOf(await store.getMany(['key']))).toEqual([`${Number.MAX_SAFE_INTEGER}`]);
    });

    test('lets a number expire, at the time of the one that was kept', async () => {
      const { under, store } = await start();
      await store.raiseMany(marks(['a', 5], ['b', 5]), TTL_MS);
      await store.raiseMany(marks(['b', 6]), 2 * TTL_MS);
      await under.pass(TTL_MS);
      expect(textsOf(await store.getMany(['a', 'b']))).toEqual([undefined, '6']);
      await store.raiseMany(marks(['a', 1]), TTL_MS);
      expect(textsOf(await store.getMany(['a']))).toEqual(['1']);
    });
  });

  describe(`${name}: getMany`, () => {
    test('answers in the order of the keys, undefined for what is not there', async () => {
      const { store } = await start();
      await store.createOnce('a', bytes('1'), TTL_MS);
      await store.createOnce('b', bytes('2'), TTL_MS);
      expect(textsOf(await store.getMany(['b', 'none', 'a', 'b']))).toEqual(['2', undefined, '1', '2']);
      expect(await store.getMany([])).toEqual([]);
    });

    test('gives nothing out that has expired, and everything until then', async () => {
      const { under, store } = await start();
      await store.createOnce('short', bytes('1'), TTL_MS);
      await store.createOnce('long', bytes('2'), 10 * TTL_MS);
      await under.pass(TTL_MS / 2);
      expect(textsOf(await store.getMany(['short', 'long']))).toEqual(['1', '2']);
      await under.pass(TTL_MS / 2);
      expect(textsOf(await store.getMany(['short', 'long']))).toEqual([undefined, '2']);
    });
  });

  test(`${name}: what is there survives a reopen, its end included`, async () => {
    const under = await create();
    const before = await under.open();
    await before.createOnce('short', bytes('1'), TTL_MS);
    await before.createOnce('long', bytes('2'), 10 * TTL_MS);
    await before.close();
    const after = await under.open();
    onTestFinished(() => after.close());
    expect(textsOf(await after.getMany(['short', 'long']))).toEqual(['1', '2']);
    await under.pass(TTL_MS);
    expect(textsOf(await after.getMany(['short', 'long']))).toEqual([undefined, '2']);
  });
};
