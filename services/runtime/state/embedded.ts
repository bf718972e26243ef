import { type Database, open, type RootDatabase } from 'lmdb';
import type { StateStore } from './state-store.ts';

/** How often expired entries are removed. They are not given out any more from the moment that they expire. */
const SWEEP_INTERVAL_MS = 60_000;

/** Each value stands behind the time of its end, as a double. */
const TIME_BYTES = 8;

/** The state store on LMDB, for one process. */
export class EmbeddedStateStore implements StateStore {
  readonly #root: RootDatabase<Buffer, string>;
  readonly #entries: Database<Buffer, string>;
  readonly #sweeper: NodeJS.Timeout;
  readonly #now: () => number;

  /** @param now ms since 1970; tests hand in a clock of their own */
  constructor(path: string, now: () => number = Date.now) {
    this.#now = now;
    this.#root = open<Buffer, string>({ path, encoding: 'binary' });
    this.#entries = this.#root.openDB<Buffer, string>({ name: 'state', encoding: 'binary' });
    this.#sweep();
    this.#sweeper = setInterval(() => this.#sweep(), SWEEP_INTERVAL_MS).unref();
  }

  async createOnce(key: string, value: Buffer, ttlMs: number): Promise<Buffer> {
    return this.#entries.transaction(() => {
      const there = this.#get(key);
      if (there !== undefined) return there;
      const entry = Buffer.allocUnsafe(TIME_BYTES + value.length);
      entry.writeDoubleBE(this.#now() + ttlMs, 0);
      value.copy(entry, TIME_BYTES);
      this.#entries.putSync(key, entry);
      return value;
    });
  }

  async getMany(keys: readonly string[]): Promise<readonly (Buffer | undefined)[]> {
    return keys.map((key) => this.#get(key));
  }

  async close(): Promise<void> {
    clearInterval(this.#sweeper);
    await this.#root.close();
  }

  #get(key: string): Buffer | undefined {
    const entry = this.#entries.get(key);
    return entry !== undefined && entry.readDoubleBE(0) > this.#now() ? entry.subarray(TIME_BYTES) : undefined;
  }

  #sweep(): void {
    for (const { key, value } of this.#entries.getRange()) {
      if (value.readDoubleBE(0) <= this.#now()) this.#entries.removeSync(key);
    }
  }
}
