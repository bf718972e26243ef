import { createHash, createHmac, randomBytes } from 'node:crypto';
import { dayOf } from '../../schemas/pack/identity.ts';
import type { StateStore } from '../runtime/state/state-store.ts';

/** How addresses are hashed. Plain SHA-1 is what CloudQuery once documented; all of IPv4 is tried through within minutes. */
export const ADDRESS_HASHES = ['hmac', 'sha1-insecure'] as const;

/** One of {@link ADDRESS_HASHES}. */
export type AddressHash = (typeof ADDRESS_HASHES)[number];

/** Hex digest of an address that was received at a point in time (ms since 1970); null when there is no key for it. */
export type HashAddress = (address: string, receivedAtMs: number) => string | null;

const KEY_BYTES = 32;

/** A day's hashes can be told apart for another day; afterwards nobody can make them again. */
const KEY_TTL_MS = 48 * 3_600_000;

const sha1: HashAddress = (address) => createHash('sha1').update(address).digest('hex');

/**
 * The hash for addresses that were received at the given times (ms since 1970): HMAC-SHA-256 under the random key of the day of
 * receipt, so that a report that waited over midnight has the hash of its own day. These keys are used for nothing else.
 *
 * @throws RetryableError when the state store is away.
 */
export const loadHashAddress = async (
  method: AddressHash,
  state: StateStore,
  receivedAtMs: readonly number[],
): Promise<HashAddress> => {
  if (method === 'sha1-insecure') return sha1;
  const days = [...new Set(receivedAtMs.map(dayOf))];
  const keys = new Map(
    await Promise.all(
      days.map(async (day) => {
        const key = await state.createOnce(`address-hash-key/${day}`, randomBytes(KEY_BYTES), KEY_TTL_MS);
        return [day, key] as const;
      }),
    ),
  );
  return (address, atMs) => {
    const key = keys.get(dayOf(atMs));
    return key === undefined ? null : createHmac('sha256', key).update(address).digest('hex');
  };
};
