import { createHmac, randomBytes } from 'node:crypto';
import type { StateStore } from '../runtime/state/state-store.ts';

const DAY_MS = 86_400_000;
const KEY_BYTES = 32;

/** A day's hashes can be told apart for another day; afterwards nobody can make them again. */
const KEY_TTL_MS = 2 * DAY_MS;

/** The random key of the day for hashes of addresses; used for nothing else. */
export const loadHashKey = (state: StateStore, now: number): Promise<Buffer> =>
  state.createOnce(`address-hash-key/${Math.floor(now / DAY_MS)}`, randomBytes(KEY_BYTES), KEY_TTL_MS);

/** HMAC-SHA-256 of an address under the day's key, hex. */
export const hashAddress = (key: Buffer, address: string): string =>
  createHmac('sha256', key).update(address).digest('hex');
