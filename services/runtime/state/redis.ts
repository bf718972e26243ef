import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import type { Secret } from '../secret.ts';
import { classified, replyCode } from './redis-errors.ts';
import { forgetfulSettings, LOOK_EVERY_MS, rewriteInTurn } from './redis-files.ts';
import type { Entry, Mark, StateStore } from './state-store.ts';

/** Redis has no command that keeps the larger of two numbers. */
const RAISE = `
  local there = tonumber(redis.call('GET', KEYS[1]) or '-1')
  if there < tonumber(ARGV[1]) then redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2]) end`;

/** In front of every key: Redis may be shared with others. */
const KEY_PREFIX = 'candor:';

/** Longest time for a connection to be made. */
const CONNECT_TIMEOUT_MS = 3_000;

/** Longest wait for an answer. The connection is then given up with all that waits on it, and made anew. */
const ANSWER_TIMEOUT_MS = 2_000;

const FIRST_RECONNECT_MS = 50;

/** Longest wait between two tries to connect: an edge without Redis drops addresses. */
const LONGEST_RECONNECT_MS = 1_000;

/** Longest wait for Redis to agree to the end of a connection. */
const DISCONNECT_TIMEOUT_MS = 500;

/** Spreads the processes that have all lost their connection at the same moment. */
const RECONNECT_JITTER_MS = 100;

const reconnectWaitMs = (tries: number): number =>
  Math.min(FIRST_RECONNECT_MS * 2 ** (tries - 1), LONGEST_RECONNECT_MS) + Math.random() * RECONNECT_JITTER_MS;

/**
 * The state store on Redis, 7.0 or later. Connects by itself, again and again; a call waits for the first try, and for no
 * other: without a connection it fails at once.
 */
export class RedisStateStore implements StateStore {
  readonly #redis: Redis;
  readonly #name: string;
  readonly #firstTry: Promise<void>;
  readonly #rewriting: NodeJS.Timeout;
  #trouble: unknown;
  #isClosed = false;

  constructor(url: Secret) {
    this.#name = `Redis at ${new URL(url.reveal()).host}`;
    this.#redis = new Redis(url.reveal(), {
      keyPrefix: KEY_PREFIX,
      lazyConnect: true,
      connectTimeout: CONNECT_TIMEOUT_MS,
      socketTimeout: ANSWER_TIMEOUT_MS,
      disconnectTimeout: DISCONNECT_TIMEOUT_MS,
      maxLoadingRetryTime: LONGEST_RECONNECT_MS,
      retryStrategy: reconnectWaitMs,
      // A master that has become a replica stays one: only a new connection leads to its successor.
      reconnectOnError: (error) => replyCode(error) === 'READONLY',
      // Nothing waits for a connection, and nothing is sent twice: the caller knows whether to try again.
      enableOfflineQueue: false,
      autoResendUnfulfilledCommands: false,
      maxRetriesPerRequest: 0,
    });
    this.#redis.on('error', (error) => {
      this.#trouble = error;
    });
    this.#redis.on('ready', () => {
      this.#trouble = undefined;
      rewrite();
    });
    // Where Redis does not let us, or is away, there is another try, and its own `auto-aof-rewrite-percentage`.
    const rewrite = (): void => void rewriteInTurn(this.#redis).catch(() => undefined);
    this.#rewriting = setInterval(rewrite, LOOK_EVERY_MS).unref();
    const connecting = this.#redis.connect().catch(() => undefined);
    this.#firstTry = Promise.race([connecting, sleep(CONNECT_TIMEOUT_MS, undefined, { ref: false })]);
  }

  /**
   * Asks for a sign of life.
   *
   * @throws RetryableError when Redis is away, PermanentError when it refuses us.
   */
  async ping(): Promise<void> {
    await this.#ask(() => this.#redis.ping());
  }

  /**
   * What of Redis's settings lets it forget what it has taken, in words.
   *
   * @throws RetryableError when Redis is away, PermanentError when it refuses us.
   */
  async forgetfulSettings(): Promise<readonly string[]> {
    return this.#ask(() => forgetfulSettings(this.#redis));
  }

  async createOnce(key: string, value: Buffer, ttlMs: number): Promise<Buffer> {
    return (await this.#ask(() => this.#redis.setBuffer(key, value, 'PX', ttlMs, 'NX', 'GET'))) ?? value;
  }

  async createOnceMany(entries: readonly Entry[], ttlMs: number): Promise<readonly Buffer[]> {
    if (entries.length === 0) return [];
    const answers = await this.#ask(async () => {
      const pipeline = this.#redis.pipeline();
      for (const { key, value } of entries) pipeline.setBuffer(key, value, 'PX', ttlMs, 'NX', 'GET');
      const results = (await pipeline.exec()) ?? [];
      return results.map(([error, there]) => {
        if (error) throw error;
        return there as Buffer | null;
      });
    });
    return entries.map(({ value }, index) => answers[index] ?? value);
  }

  async raiseMany(marks: readonly Mark[], ttlMs: number): Promise<void> {
    if (marks.length === 0) return;
    await this.#ask(async () => {
      const pipeline = this.#redis.pipeline();
      for (const { key, number } of marks) pipeline.eval(RAISE, 1, key, number, ttlMs);
      for (const [error] of (await pipeline.exec()) ?? []) if (error) throw error;
    });
  }

  async getMany(keys: readonly string[]): Promise<readonly (Buffer | undefined)[]> {
    if (keys.length === 0) return [];
    const values = await this.#ask(() => this.#redis.mgetBuffer([...keys]));
    return values.map((value) => value ?? undefined);
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    clearInterval(this.#rewriting);
    this.#redis.disconnect();
  }

  async #ask<T>(command: () => Promise<T>): Promise<T> {
    await this.#firstTry;
    if (this.#redis.status !== 'ready') throw classified(this.#trouble, this.#name);
    try {
      return await command();
    } catch (error) {
      throw classified(error, this.#name);
    }
  }
}
