/** What is left to one address. */
interface Bucket {
  /** Requests that may come at once. */
  tokens: number;
  /** When `tokens` was true, in ms. */
  at: number;
}

/** Bounds of {@link RequestLimit}. */
export interface RequestLimitBounds {
  /** Requests that an address may make in the long run. */
  readonly perSecond: number;
  /** Requests that it may make at once after a pause. */
  readonly burst: number;
  /** Addresses that are remembered; above it the one that has been quiet for longest is forgotten. */
  readonly maxAddresses: number;
}

/** Counts requests by address: a token bucket each. An address is forgotten as soon as its bucket would be full again. */
export class RequestLimit {
  readonly #bounds: RequestLimitBounds;
  /** The one that has been quiet for longest first. */
  readonly #buckets = new Map<string, Bucket>();

  constructor(bounds: RequestLimitBounds) {
    this.#bounds = bounds;
  }

  /** Addresses that are remembered. */
  get size(): number {
    return this.#buckets.size;
  }

  /** Takes one request of an address at a time in ms; false when it has none left. */
  take(key: string, now: number): boolean {
    const { perSecond, burst, maxAddresses } = this.#bounds;
    const bucket = this.#buckets.get(key) ?? { tokens: burst, at: now };
    bucket.tokens = Math.min(burst, bucket.tokens + ((now - bucket.at) * perSecond) / 1000);
    bucket.at = now;
    this.#buckets.delete(key);
    this.#buckets.set(key, bucket);
    const [quietest] = this.#buckets.keys();
    if (this.#buckets.size > maxAddresses && quietest !== undefined) this.#buckets.delete(quietest);
    if (bucket.tokens < 1) return false;
    bucket.tokens -= 1;
    return true;
  }

  /** Forgets every address whose bucket would be full again. */
  forget(now: number): void {
    const { perSecond, burst } = this.#bounds;
    for (const [key, { at }] of this.#buckets) {
      if (((now - at) * perSecond) / 1000 < burst) return;
      this.#buckets.delete(key);
    }
  }
}
