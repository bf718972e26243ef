import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { countedDays, leaveCounts, utcDateOf } from '../runtime/accepted-counts.ts';
import type { StateStore } from '../runtime/state/state-store.ts';
import type { Spool } from './spool/spool.ts';

/** Time between two times that counts are left for the sink: so much of them is lost with a process that is killed. */
const INTERVAL_MS = 10_000;

/** Longest wait for the last counts to be left; a process has 9 s for all its parts. */
const CLOSE_TIMEOUT_MS = 1_000;

/** Counts what this process has made durable, by day and product, for the balance. Nothing waits for it. */
export class AcceptedCounter {
  readonly #run = randomUUID();
  readonly #state: StateStore;
  readonly #spool: Pick<Spool, 'taken' | 'depth'> | undefined;
  readonly #days = new Map<string, Map<string, number>>();
  readonly #timer: NodeJS.Timeout;
  #leaving: Promise<void> = Promise.resolve();

  constructor(state: StateStore, spool: Pick<Spool, 'taken' | 'depth'> | undefined) {
    this.#state = state;
    this.#spool = spool;
    this.#timer = setInterval(() => {
      this.#leaving = this.#leaving.then(() => this.#leave());
    }, INTERVAL_MS).unref();
  }

  /** An event of `product`, received at `receivedMs` (ms since 1970), is in the log or in the spool. */
  count(product: string, receivedMs: number): void {
    const day = utcDateOf(receivedMs);
    const products = this.#days.get(day) ?? new Map<string, number>();
    this.#days.set(day, products.set(product, (products.get(product) ?? 0) + 1));
  }

  /** Leaves the last counts, unless the state store takes too long. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    const left = this.#leaving.then(() => this.#leave());
    await Promise.race([left, sleep(CLOSE_TIMEOUT_MS, undefined, { ref: false })]);
  }

  async #leave(): Promise<void> {
    const wanted = new Set(countedDays(Date.now()));
    const { taken = 0, depth = 0 } = this.#spool ?? {};
    // All at one moment: what is counted meanwhile may be in the spool, too.
    const counts = [...this.#days].map(([day, products]) => ({
      run: this.#run,
      day,
      products: new Map(products),
      spooled: taken,
      unspooled: taken - depth,
    }));
    for (const each of counts) {
      if (!wanted.has(each.day)) this.#days.delete(each.day);
      // A state store that is away gets them the next time: they are never less.
      else await leaveCounts(this.#state, each).catch(() => undefined);
    }
  }
}
