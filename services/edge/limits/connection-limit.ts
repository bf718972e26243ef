import type { Socket } from 'node:net';
import type { AddressKey } from './address-key.ts';

/** Why a connection is not taken. */
export type ConnectionRefusal = 'connections' | 'connections_per_address';

/** Bounds of {@link ConnectionLimit}. */
export interface ConnectionLimitBounds {
  readonly max: number;
  readonly maxPerAddress: number;
}

/** Counts open connections, in all and by the address of the peer. */
export class ConnectionLimit {
  readonly #bounds: ConnectionLimitBounds;
  readonly #keyOf: AddressKey;
  readonly #byAddress = new Map<string, number>();
  #open = 0;

  constructor(bounds: ConnectionLimitBounds, keyOf: AddressKey) {
    this.#bounds = bounds;
    this.#keyOf = keyOf;
  }

  /** Counts a new connection until it closes; says why when it is one too many. */
  take(socket: Socket): ConnectionRefusal | undefined {
    const key = this.#keyOf(socket.remoteAddress);
    const ofAddress = (key === undefined ? 0 : (this.#byAddress.get(key) ?? 0)) + 1;
    if (this.#open >= this.#bounds.max) return 'connections';
    if (ofAddress > this.#bounds.maxPerAddress) return 'connections_per_address';
    this.#open += 1;
    if (key !== undefined) this.#byAddress.set(key, ofAddress);
    socket.once('close', () => this.#release(key));
    return undefined;
  }

  #release(key: string | undefined): void {
    this.#open -= 1;
    if (key === undefined) return;
    const left = (this.#byAddress.get(key) ?? 1) - 1;
    if (left === 0) this.#byAddress.delete(key);
    else this.#byAddress.set(key, left);
  }
}
