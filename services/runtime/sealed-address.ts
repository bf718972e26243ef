import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { SealedAddress } from '../../schemas/topics/raw.ts';
import type { StateStore } from './state/state-store.ts';

const HOUR_MS = 3_600_000;

/** How long an address can still be opened: an outage of the anonymizer that is longer costs the place, not the report. */
const KEY_TTL_MS = 24 * HOUR_MS;

const CIPHER = 'aes-256-gcm';
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

const keyName = (keyId: string): string => `address-key/${keyId}`;

/** Seals `address` under `key`; bound to the event, so that it can't be moved to another. */
export const seal = (key: Buffer, eventId: string, address: string): Buffer => {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(CIPHER, key, nonce).setAAD(Buffer.from(eventId));
  return Buffer.concat([nonce, cipher.update(address, 'utf8'), cipher.final(), cipher.getAuthTag()]);
};

/** The address that was sealed for the event; undefined when the key or the event is another one. */
export const unseal = (key: Buffer, eventId: string, sealed: Buffer): string | undefined => {
  try {
    const decipher = createDecipheriv(CIPHER, key, sealed.subarray(0, NONCE_BYTES))
      .setAAD(Buffer.from(eventId))
      .setAuthTag(sealed.subarray(-TAG_BYTES));
    return decipher.update(sealed.subarray(NONCE_BYTES, -TAG_BYTES), undefined, 'utf8') + decipher.final('utf8');
  } catch {
    return undefined;
  }
};

/** Gives out the key of the current hour, which all edges share. */
export class AddressKeys {
  readonly #state: StateStore;
  #current: { readonly keyId: string; readonly key: Promise<Buffer> } | undefined;

  constructor(state: StateStore) {
    this.#state = state;
  }

  /**
   * The sealed address of an event; null when there is none, or no key to be had: the address is then dropped.
   *
   * @param now ms since 1970
   */
  async seal(eventId: string, address: string | undefined, now: number): Promise<SealedAddress | null> {
    if (address === undefined) return null;
    const keyId = String(Math.floor(now / HOUR_MS));
    if (this.#current?.keyId !== keyId) {
      this.#current = { keyId, key: this.#state.createOnce(keyName(keyId), randomBytes(KEY_BYTES), KEY_TTL_MS) };
    }
    try {
      return { key_id: keyId, sealed: seal(await this.#current.key, eventId, address) };
    } catch {
      this.#current = undefined;
      return null;
    }
  }
}

/** The keys of a batch in one round trip, by id; those that were destroyed are missing. */
export const loadAddressKeys = async (
  state: StateStore,
  keyIds: ReadonlySet<string>,
): Promise<ReadonlyMap<string, Buffer>> => {
  const ids = [...keyIds];
  const keys = await state.getMany(ids.map(keyName));
  return new Map(ids.flatMap((id, index) => (keys[index] === undefined ? [] : [[id, keys[index]] as const])));
};
