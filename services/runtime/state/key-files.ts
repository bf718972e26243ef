import {
  closeSync,
  fdatasyncSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';

/** Each value stands behind the time of its end, as a double. */
const TIME_BYTES = 8;

/** Ending of a file that is being written; one that a death has left is no key. */
const UNFINISHED = '.new';

interface Kept {
  readonly value: Buffer;
  /** ms since 1970. */
  readonly endsAtMs: number;
}

const syncFolder = (folder: string): void => {
  const opened = openSync(folder, 'r');
  fsyncSync(opened);
  closeSync(opened);
};

/** Writes `bytes` over the beginning of a file, or into a new one; on disk when it returns. */
const writeSynced = (path: string, flags: 'r+' | 'w', bytes: Buffer): void => {
  const opened = openSync(path, flags, 0o600);
  writeSync(opened, bytes, 0, bytes.length, 0);
  fdatasyncSync(opened);
  closeSync(opened);
};

/**
 * Keys with an end, each in a file of its own that is overwritten when it ends: LMDB would keep what was removed in a free page for
 * as long as it likes. There are some dozens, and a new one once an hour, so plain synchronous writes will do.
 */
export class KeyFiles {
  readonly #folder: string;
  readonly #now: () => number;
  readonly #kept = new Map<string, Kept>();

  /** Opens the keys in `folder`, and destroys those that have ended meanwhile. */
  constructor(folder: string, now: () => number) {
    this.#folder = folder;
    this.#now = now;
    mkdirSync(folder, { recursive: true });
    for (const name of readdirSync(folder)) {
      const content = readFileSync(join(folder, name));
      const isWhole = !name.endsWith(UNFINISHED) && content.length > TIME_BYTES;
      const endsAtMs = isWhole ? content.readDoubleBE(0) : 0;
      this.#kept.set(name, { value: content.subarray(TIME_BYTES), endsAtMs });
    }
    this.sweep();
  }

  /** The value under `key`, which is `value` unless there was one; on disk when it returns. */
  createOnce(key: string, value: Buffer, ttlMs: number): Buffer {
    const there = this.get(key);
    if (there !== undefined) return there;
    const name = Buffer.from(key).toString('base64url');
    const endsAtMs = this.#now() + ttlMs;
    const time = Buffer.alloc(TIME_BYTES);
    time.writeDoubleBE(endsAtMs, 0);
    const path = join(this.#folder, name);
    this.#destroy(name);
    writeSynced(path + UNFINISHED, 'w', Buffer.concat([time, value]));
    renameSync(path + UNFINISHED, path);
    syncFolder(this.#folder);
    this.#kept.set(name, { value, endsAtMs });
    return value;
  }

  /** The value under `key`; undefined when it never was or has ended. */
  get(key: string): Buffer | undefined {
    const kept = this.#kept.get(Buffer.from(key).toString('base64url'));
    return kept !== undefined && kept.endsAtMs > this.#now() ? kept.value : undefined;
  }

  /** Destroys what has ended. */
  sweep(): void {
    for (const [name, { endsAtMs }] of this.#kept) if (endsAtMs <= this.#now()) this.#destroy(name);
  }

  #destroy(name: string): void {
    const kept = this.#kept.get(name);
    if (kept === undefined) return;
    const path = join(this.#folder, name);
    writeSynced(path, 'r+', Buffer.alloc(TIME_BYTES + kept.value.length));
    rmSync(path);
    this.#kept.delete(name);
  }
}
