import { RetryableError } from '../../errors.ts';
import type { InFlightBytes } from './in-flight-bytes.ts';

/** When and how much a partition's queue sends. */
export interface QueueBounds {
  /** How long values are gathered before a send, at most. */
  readonly lingerMs: number;
  /** Bytes of values in one send, at most, unless a single value is larger. */
  readonly batchBytes: number;
  /** After this time an append counts as unknown. */
  readonly deadlineMs: number;
}

/** Values of one send, at most: kafkajs 2.2.4 takes quadratic time to group them. */
const SEND_VALUES = 1_000;

/** An append that has not ended. */
interface Append {
  readonly values: readonly Buffer[];
  readonly bytes: number;
  readonly arrivedAtMs: number;
  readonly result: PromiseWithResolvers<number>;
  readonly deadline: NodeJS.Timeout;
  /** How many of its values have been sent or are being sent. */
  sent: number;
  /** Offset of its first value, once that is durable. */
  first: number | undefined;
}

/** Which values of the appends in front go into the next send. */
interface Load {
  readonly values: Buffer[];
  /** The appends that have a part in it, and which of their values come first in it. */
  readonly parts: { readonly append: Append; readonly start: number; readonly count: number }[];
}

/**
 * Gathers the appends to one partition into sends, one at a time and in order. Values of one append stay together, in as many
 * sends as it takes.
 */
export class PartitionQueue {
  readonly #name: string;
  readonly #bounds: QueueBounds;
  readonly #inFlight: InFlightBytes;
  readonly #send: (values: readonly Buffer[]) => Promise<number>;
  /** In order of arrival; those that are being sent are in front. */
  readonly #appends: Append[] = [];
  #waitingBytes = 0;
  #waitingValues = 0;
  #isSending = false;
  #linger: NodeJS.Timeout | undefined;

  constructor(
    name: string,
    bounds: QueueBounds,
    inFlight: InFlightBytes,
    send: (values: readonly Buffer[]) => Promise<number>,
  ) {
    this.#name = name;
    this.#bounds = bounds;
    this.#inFlight = inFlight;
    this.#send = send;
  }

  /** @throws RetryableError when there is no room, or the outcome is unknown. */
  async append(values: readonly Buffer[]): Promise<number> {
    const bytes = values.reduce((sum, { length }) => sum + length, 0);
    this.#inFlight.take(bytes);
    const result = Promise.withResolvers<number>();
    const deadline = setTimeout(() => this.#expire(append), this.#bounds.deadlineMs);
    const append: Append = { values, bytes, arrivedAtMs: Date.now(), result, deadline, sent: 0, first: undefined };
    this.#appends.push(append);
    this.#waitingBytes += bytes;
    this.#waitingValues += values.length;
    this.#schedule();
    return result.promise;
  }

  /** Sends what is waiting without lingering; resolves when every append has ended. */
  async drain(): Promise<void> {
    this.#flush();
    await Promise.allSettled(this.#appends.map(({ result }) => result.promise));
  }

  #schedule(): void {
    if (this.#isSending) return;
    const next = this.#appends.find(({ sent, values }) => sent < values.length);
    if (next === undefined) return;
    const isFull = this.#waitingBytes >= this.#bounds.batchBytes || this.#waitingValues >= SEND_VALUES;
    const waitMs = next.sent > 0 || isFull ? 0 : next.arrivedAtMs + this.#bounds.lingerMs - Date.now();
    if (waitMs <= 0) this.#flush();
    else this.#linger ??= setTimeout(() => this.#flush(), waitMs);
  }

  #flush(): void {
    clearTimeout(this.#linger);
    this.#linger = undefined;
    if (this.#isSending) return;
    const load = this.#load();
    if (load.values.length === 0) return;
    this.#isSending = true;
    void this.#deliver(load).then(() => {
      this.#isSending = false;
      this.#schedule();
    });
  }

  #load(): Load {
    const load: Load = { values: [], parts: [] };
    let bytes = 0;
    for (const append of this.#appends) {
      const start = append.sent;
      for (const value of append.values.slice(start, start + SEND_VALUES - load.values.length)) {
        if (load.values.length > 0 && bytes + value.length > this.#bounds.batchBytes) break;
        load.values.push(value);
        bytes += value.length;
        append.sent += 1;
      }
      if (append.sent > start) load.parts.push({ append, start, count: append.sent - start });
      if (append.sent < append.values.length) break;
    }
    this.#waitingBytes -= bytes;
    this.#waitingValues -= load.values.length;
    return load;
  }

  async #deliver({ values, parts }: Load): Promise<void> {
    try {
      let offset = await this.#send(values);
      for (const { append, count } of parts) {
        append.first ??= offset;
        offset += count;
        if (append.sent === append.values.length) this.#end(append).resolve(append.first);
      }
    } catch (error) {
      for (const { append } of parts) this.#end(append).reject(error);
    }
  }

  /** The outcome is unknown from now on; what is being sent stays in flight until that has ended. */
  #expire(append: Append): void {
    const { deadlineMs } = this.#bounds;
    const error = new RetryableError(`Kafka has not acknowledged an append to ${this.#name} within ${deadlineMs} ms`);
    if (append.sent === 0) this.#end(append).reject(error);
    else append.result.reject(error);
  }

  #end(append: Append): PromiseWithResolvers<number> {
    clearTimeout(append.deadline);
    const index = this.#appends.indexOf(append);
    if (index >= 0) {
      this.#appends.splice(index, 1);
      this.#inFlight.release(append.bytes);
      for (const value of append.values.slice(append.sent)) this.#waitingBytes -= value.length;
      this.#waitingValues -= append.values.length - append.sent;
    }
    return append.result;
  }
}
