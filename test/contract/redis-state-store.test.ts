import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { inspect } from 'node:util';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { messageOf, PermanentError, RetryableError } from '../../services/runtime/errors.ts';
import { AddressKeys, loadAddressKeys, unseal } from '../../services/runtime/sealed-address.ts';
import { Secret } from '../../services/runtime/secret.ts';
import { RedisStateStore } from '../../services/runtime/state/redis.ts';
import { eventually } from '../support/eventually.ts';
import { isOnDisk } from '../support/is-on-disk.ts';
import { freePorts } from '../support/ports.ts';
import { describeWithRedis, RedisServer } from '../support/redis.ts';
import { describeStateStore } from './state-store.ts';

const TTL_MS = 60_000;

/** What a call may take at most while Redis does not answer: the store's own bound, and some for a busy machine. */
const BOUND_MS = 4_000;

const CREATE_ONCE = fileURLToPath(new URL('../support/create-once.ts', import.meta.url));

const openStore = (url: Secret): RedisStateStore => {
  const store = new RedisStateStore(url);
  onTestFinished(() => store.close());
  return store;
};

const startServer = async (): Promise<RedisServer> => {
  const server = await RedisServer.start();
  onTestFinished(() => server.close());
  return server;
};

const isBack = (store: RedisStateStore): Promise<true> =>
  eventually('Redis to be back', 10_000, () =>
    store.ping().then(
      () => true as const,
      () => undefined,
    ),
  );

/** What a call throws, and how long that took. */
const failureOf = async (call: () => Promise<unknown>): Promise<{ error: unknown; tookMs: number }> => {
  const startedAt = performance.now();
  const error = await call().then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  return { error, tookMs: performance.now() - startedAt };
};

describeWithRedis('the state store on Redis', () => {
  describe('as every state store', () => {
    let server: RedisServer;
    beforeAll(async () => {
      server = await RedisServer.start();
    });
    afterAll(() => server.close());

    describeStateStore('Redis', async () => {
      await server.clear();
      return { open: async () => new RedisStateStore(server.url), pass: (ms) => server.pass(ms) };
    });

    test('keeps its entries apart from those of others', async () => {
      await server.clear();
      await openStore(server.url).createOnce('key', Buffer.from('value'), TTL_MS);
      const keys = await server.keys();
      expect(keys).toContain('candor:key');
      for (const key of keys) expect(key).toMatch(/^candor:/);
    });

    test('gives processes that race for a key the same value', async () => {
      const racers = ['a', 'b', 'c'].map((proposal) => {
        const racer = spawn(process.execPath, [CREATE_ONCE, proposal, '500'], {
          env: { ...process.env, REDIS_URL: server.url.reveal() },
          stdio: ['pipe', 'pipe', 'inherit'],
        });
        onTestFinished(() => void racer.kill());
        return { racer, lines: createInterface(racer.stdout)[Symbol.asyncIterator]() };
      });
      for (const { lines } of racers) expect((await lines.next()).value).toBe('ready');
      for (const { racer } of racers) racer.stdin.write('go\n');
      const [first, ...others] = await Promise.all(racers.map(async ({ lines }) => String((await lines.next()).value)));
      expect(JSON.parse(first ?? '')).toHaveLength(500);
      for (const other of others) expect(other).toBe(first);
    });

    test('can be closed twice, and asked no more', async () => {
      const store = new RedisStateStore(server.url);
      await store.ping();
      await store.close();
      await store.close();
      await expect(store.getMany(['key'])).rejects.toThrow(RetryableError);
    });
  });

  describe('on its disk', () => {
    test('keeps what it has answered through a SIGKILL', async () => {
      const server = await startServer();
      const store = openStore(server.url);
      const claims = Array.from({ length: 100 }, (_, index) => ({ key: `claim/${index}`, value: randomBytes(16) }));
      await store.createOnceMany(claims, TTL_MS);
      await server.stop('SIGKILL');
      await server.run();
      await isBack(store);
      expect(await store.getMany(claims.map(({ key }) => key))).toEqual(claims.map(({ value }) => value));
    });

    test('keeps a destroyed key no longer than an hour', async () => {
      const server = await startServer();
      const secret = Buffer.from(randomBytes(16).toString('hex'));
      const store = openStore(server.url);
      await store.createOnce('address-key/1', secret, TTL_MS);
      expect(await isOnDisk(server.folder, secret)).toBe(true);
      await server.pass(3_600_000);
      expect(await store.getMany(['address-key/1'])).toEqual([undefined]);
      await eventually('the key to be gone from the disk', 10_000, async () => {
        // Each process looks when it has connected; the one that finds an earlier rewriting under way leaves it to the next.
        await openStore(server.url).ping();
        return !(await isOnDisk(server.folder, secret)) || undefined;
      });
    });

    test('says which of its settings would let it forget', async () => {
      const server = await startServer();
      expect(await openStore(server.url).forgetfulSettings()).toEqual([]);
      const forgetful = await RedisServer.start(['--appendonly', 'no', '--maxmemory-policy', 'allkeys-lru']);
      onTestFinished(() => forgetful.close());
      expect(await openStore(forgetful.url).forgetfulSettings()).toEqual([
        'appendonly is off: when it is killed, a report that is sent again may be stored twice',
        'maxmemory-policy is allkeys-lru: when it is full, a report that is sent again may be stored twice',
      ]);
    });
  });

  describe('in trouble', () => {
    test('fails at once when Redis has stopped, and works again when it is back', async () => {
      const server = await startServer();
      const store = openStore(server.url);
      await store.createOnce('key', Buffer.from('value'), TTL_MS);
      await server.stop();
      for (const call of [() => store.createOnce('key', Buffer.from('other'), TTL_MS), () => store.getMany(['key'])]) {
        const { error, tookMs } = await failureOf(call);
        expect(error).toBeInstanceOf(RetryableError);
        expect(tookMs).toBeLessThan(500);
      }
      await server.run();
      await isBack(store);
      expect(String((await store.getMany(['key']))[0])).toBe('value');
    });

    test('waits for an answer of a frozen Redis no longer than its bound, however many wait', async () => {
      const server = await startServer();
      const store = openStore(server.url);
      await store.ping();
      server.freeze();
      const failures = await Promise.all(Array.from({ length: 100 }, () => failureOf(() => store.getMany(['key']))));
      server.thaw();
      for (const { error, tookMs } of failures) {
        expect(error).toBeInstanceOf(RetryableError);
        expect(tookMs).toBeLessThan(BOUND_MS);
      }
      await isBack(store);
    });

    test('answers within its bound when Redis was never there, and works once it is', async () => {
      const server = await startServer();
      await server.stop();
      const store = openStore(server.url);
      const { error, tookMs } = await failureOf(() => store.ping());
      expect(error).toBeInstanceOf(RetryableError);
      expect(messageOf(error)).toMatch(/^Redis at 127\.0\.0\.1:\d+ is away: ECONNREFUSED$/);
      expect(tookMs).toBeLessThan(BOUND_MS);
      await server.run();
      await isBack(store);
    });

    test('tells every caller when Redis dies with commands on their way', async () => {
      const server = await startServer();
      const store = openStore(server.url);
      await store.ping();
      server.freeze();
      const calls = Array.from({ length: 10 }, (_, index) =>
        failureOf(() => store.createOnce(`key ${index}`, Buffer.from('value'), TTL_MS)),
      );
      await server.stop('SIGKILL');
      for (const { error, tookMs } of await Promise.all(calls)) {
        expect(error).toBeInstanceOf(RetryableError);
        expect(tookMs).toBeLessThan(BOUND_MS);
      }
    });

    test('a wrong password is no matter of trying again, and shows in nothing that is thrown', async () => {
      const server = await startServer();
      const url = new Secret(server.url.reveal().replace('pass', 'wrong'));
      const { error } = await failureOf(() => openStore(url).createOnce('key', Buffer.from('the key itself'), TTL_MS));
      expect(error).toBeInstanceOf(PermanentError);
      const shown = inspect(error, { depth: 10, showHidden: true });
      expect(shown).toContain('WRONGPASS');
      for (const hidden of ['wrong', 'word', 'the key itself']) expect(shown).not.toContain(hidden);
    });

    test('nobody listens there: no secret in what is thrown', async () => {
      const [port = 0] = await freePorts(1);
      const { error } = await failureOf(() => openStore(new Secret(`redis://u:hidden@127.0.0.1:${port}`)).ping());
      expect(inspect(error, { depth: 10, showHidden: true })).not.toContain('hidden');
    });

    test('the edge drops addresses while Redis is away, and seals them again when it is back', async () => {
      const server = await startServer();
      const store = openStore(server.url);
      await store.ping();
      await server.stop();
      const keys = new AddressKeys(store);
      expect(await keys.seal('event', '192.0.2.1', Date.now())).toBeNull();
      await server.run();
      await isBack(store);
      const sealed = await keys.seal('event', '192.0.2.1', Date.now());
      const found = await loadAddressKeys(store, new Set([sealed?.key_id ?? '']));
      const key = found.get(sealed?.key_id ?? '');
      expect(key && sealed && unseal(key, 'event', sealed.sealed)).toBe('192.0.2.1');
    });
  });
});
