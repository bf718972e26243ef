/** Small shared state with an end: address keys, hash salts. Every entry expires, and is then gone for everybody. */
export interface StateStore {
  /**
   * Puts `value` under `key` unless there is one, and resolves with the one that is there.
   *
   * @throws RetryableError when the store is away.
   */
  createOnce(key: string, value: Buffer, ttlMs: number): Promise<Buffer>;
  /**
   * The values of `keys` in one round trip; undefined for those that never were or have expired.
   *
   * @throws RetryableError when the store is away.
   */
  getMany(keys: readonly string[]): Promise<readonly (Buffer | undefined)[]>;
  close(): Promise<void>;
}
