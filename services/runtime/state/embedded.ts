import { join } from 'node:path';
import { type Database, open, type RootDatabase } from 'lmdb';
import { KeyFiles } from './key-files.ts';
import type { Entry, Mark, StateStore } from './state-store.ts';

/** How often expired entries are looked for. They are not given out any more from the moment that they expire. */
const SWEEP_INTERVAL_MS = 10_000;

/** Entries looked at each time: with 48 h of claims in the store, all of them at once would stop the process for seconds. */
const SWEEP_ENTRIES = 20_000;

/** Each value stands behind the time of its end, as a double. */
const TIME_BYTES = 8;

/** The state store for one process: keys in files, claims and marks in LMDB. `path` is a folder of its own. */
export class EmbeddedStateStore implements StateStore {
  readonly #root: RootDatabase<Buffer, string>;
  readonly #entries: Database<Buffer, string>;
  readonly #keys: KeyFiles;
  readonly #sweeper: NodeJS.Timeout;
  readonly #now: () => number;
  /** Where the next sweep begins; at the first key when undefined. */
  #sweepFrom: string | undefined;

  /** @param now ms since 1970; tests hand in a clock of their own */
  constructor(path: string, now: () => number = Date.now) {
    this.#now = now;
    this.#root = open<Buffer, string>({ path, encoding: 'binary' });
    this.#entries = this.#root.openDB<Buffer, string>({ name: 'state', encoding: 'binary' });
    this.#keys = new KeyFiles(join(path, 'keys'), now);
    this.#sweep();
    this.#sweeper = setInterval(() => this.#sweep(), SWEEP_INTERVAL_MS).unref();
  }

  async createOnce(key: string, value: Buffer, ttlMs: number): Promise<Buffer> {
    return this.#get(key) ?? this.#keys.createOnce(key, value, ttlMs);
  }

  async createOnceMany(entries: readonly Entry[], ttlMs: number): Promise<readonly Buffer[]> {
    if (entries.length === 0) return [];
    const values = await this.#entries.transaction(() =>
      entries.map(({ key, value }) => this.#createOnce(key, value, ttlMs)),
    );
    // On disk before anything follows from it: a claim that a power cut took would let a report in twice.
    await this.#root.flushed;
    return values;
  }

  async raiseMany(marks: readonly Mark[], ttlMs: number): Promise<void> {
    if (marks.length === 0) return;
    await this.#entries.transaction(() => {
      for (const { key, number } of marks) {
        const there = this.#get(key);
        if (there === undefined || Number(there) < number) this.#put(key, Buffer.from(`${number}`), ttlMs);
      }
    });
    await this.#root.flushed;
  }

  async getMany(keys: readonly string[]): Promise<readonly (Buffer | undefined)[]> {
    return keys.map((key) => this.#get(key));
  }

  async close(): Promise<void> {
    clearInterval(this.#sweeper);
    await this.#root.close();
  }

  /** Within a transaction. */
  #createOnce(key: string, value: Buffer, ttlMs: number): Buffer {
    const there = this.#get(key);
    if (there !== undefined) return there;
    this.#put(key, value, ttlMs);
    return value;
  }

  /** Within a transaction. */
  #put(key: string, value: Buffer, ttlMs: number): void {
    const entry = Buffer.allocUnsafe(TIME_BYTES + value.length);
    entry.writeDoubleBE(this.#now() + ttlMs, 0);
    value.copy(entry, TIME_BYTES);
    this.#entries.putSync(key, entry);
  }

  #get(key: string): Buffer | undefined {
    const kept = this.#keys.get(key);
    if (kept !== undefined) return kept;
    const entry = this.#entries.get(key);
    return entry !== undefined && entry.readDoubleBE(0) > this.#now() ? entry.subarray(TIME_BYTES) : undefined;
  }

  #sweep(): void {
    this.#keys.sweep();
    const start = this.#sweepFrom;
    const range = { limit: SWEEP_ENTRIES, ...(start !== undefined && { start }) };
    const entries = [...this.#entries.getRange(range)];
    const nowMs = this.#now();
    this.#entries.transactionSync(() => {
      for (const { key, value } of entries) if (value.readDoubleBE(0) <= nowMs) this.#entries.removeSync(key);
    });
    this.#sweepFrom = entries.length < SWEEP_ENTRIES ? undefined : entries.at(-1)?.key;
  }
}
