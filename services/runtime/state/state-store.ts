/** A value to be put under a key. */
export interface Entry {
  readonly key: string;
  readonly value: Buffer;
}

/** A number to be put under a key. */
export interface Mark {
  readonly key: string;
  readonly number: number;
}

/** Small shared state with an end: address keys, hash salts, claims. Every entry expires, and is then gone for everybody. */
export interface StateStore {
  /**
   * Puts `value` under `key` unless there is one, and resolves with the one that is there. For keys and salts: once it has
   * expired, such a value is also to be gone from the store's files, within some 70 minutes.
   *
   * @throws RetryableError when the store is away.
   */
  createOnce(key: string, value: Buffer, ttlMs: number): Promise<Buffer>;
  /**
   * `createOnce` for many entries in one round trip, in order: of two entries with one key the first wins.
   *
   * @throws RetryableError when the store is away; some may have been put then, and are found by whoever tries again.
   */
  createOnceMany(entries: readonly Entry[], ttlMs: number): Promise<readonly Buffer[]>;
  /**
   * Puts numbers under keys, as decimal text, unless larger ones are there.
   *
   * @throws RetryableError when the store is away; some may have been put then.
   */
  raiseMany(marks: readonly Mark[], ttlMs: number): Promise<void>;
  /**
   * The values of `keys` in one round trip; undefined for those that never were or have expired.
   *
   * @throws RetryableError when the store is away.
   */
  getMany(keys: readonly string[]): Promise<readonly (Buffer | undefined)[]>;
  close(): Promise<void>;
}
