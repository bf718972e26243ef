import { setTimeout as sleep } from 'node:timers/promises';
import type { RowsMessage, RowsMessageFormat } from './rows-message.ts';

/** Rows for one insert: one table, one schema, one month. */
export interface Block {
  readonly format: RowsMessageFormat;
  readonly month: number;
  /** Its place among the blocks of its table: they are stored in this order. */
  readonly order: number;
  readonly items: Buffer[];
  /** Partitions of the raw log that the rows come from. */
  readonly partitions: Set<number>;
  rows: number;
  bytes: number;
  /** The latest `received_at` of its rows, ms since 1970. */
  newestReceivedAt: number;
}

/**
 * Adds the rows of a message to the block of its table and month. While enrichers of two versions write, a table has rows of two
 * schemas in turn: each turn is a block of its own, or rows would be stored before earlier ones of the same partition.
 */
export const addToBlocks = (blocks: Map<string, Block>, { header, format, rows, items }: RowsMessage): void => {
  const { month } = header;
  const key = `${format.table}/${month}`;
  let block = blocks.get(key);
  if (block !== undefined && block.format.schemaId !== format.schemaId) {
    blocks.set(`${key}/${block.order}`, block);
    block = undefined;
  }
  if (block === undefined) {
    const order = blocks.size;
    block = { format, month, order, items: [], partitions: new Set(), rows: 0, bytes: 0, newestReceivedAt: 0 };
    blocks.set(key, block);
  }
  block.items.push(items);
  block.partitions.add(header.partition);
  block.rows += rows;
  block.bytes += items.length;
  block.newestReceivedAt = Math.max(block.newestReceivedAt, header.newest_received_at);
};

/** When gathered rows are to be inserted. */
export interface GatheringBounds {
  readonly intervalMs: number;
  readonly rows: number;
  readonly bytes: number;
}

/** What was gathered until a moment, with how far each source may be committed once it is stored. */
export interface Gathered<Source> {
  readonly blocks: readonly Block[];
  readonly positions: ReadonlyMap<Source, number>;
}

/**
 * Gathers messages of all owned partitions into blocks. What comes after a pause is inserted at once; under load a block is
 * gathered for the interval, or until a bound is reached, and sources have to wait.
 */
export class Gathering<Source> {
  readonly #bounds: GatheringBounds;
  #blocks = new Map<string, Block>();
  #positions = new Map<Source, number>();
  /** Sources of what was handed out last and is not stored yet. */
  #storing: ReadonlySet<Source> = new Set();
  /** Whether somebody waits for what was gathered to be stored. */
  #isAwaited = false;
  #bytes = 0;
  #changed = Promise.withResolvers<void>();
  #takenAtMs = 0;

  constructor(bounds: GatheringBounds) {
    this.#bounds = bounds;
  }

  /** Adds a batch of one source; `position` is where the source goes on once the batch is stored. */
  add(source: Source, messages: readonly RowsMessage[], position: number): void {
    for (const message of messages) {
      addToBlocks(this.#blocks, message);
      this.#bytes += message.items.length;
    }
    this.#positions.set(source, position);
    this.#announce();
  }

  /** Resolves when there is room for more, or `signal` aborts. */
  async room(signal: AbortSignal): Promise<void> {
    while (this.#full() && !signal.aborted) await this.#change(signal);
  }

  /** Resolves when there is something to insert and it is time to, or `signal` aborts. */
  async due(signal: AbortSignal): Promise<void> {
    while (this.#positions.size === 0 && !signal.aborted) await this.#change(signal);
    for (;;) {
      const waitMs = this.#takenAtMs + this.#bounds.intervalMs - Date.now();
      if (waitMs <= 0 || this.#full() || this.#isAwaited || signal.aborted) return;
      const ended = new AbortController();
      const either = AbortSignal.any([signal, ended.signal]);
      const pause = sleep(waitMs, undefined, { signal: either }).catch(() => undefined);
      await Promise.race([pause, this.#change(signal)]);
      ended.abort();
    }
  }

  /** Asks for what was gathered to be taken soon; resolves when all of `source` is stored, or `signal` aborts. */
  async settled(source: Source, signal: AbortSignal): Promise<void> {
    this.#isAwaited = this.#positions.size > 0;
    this.#announce();
    while ((this.#positions.has(source) || this.#storing.has(source)) && !signal.aborted) await this.#change(signal);
  }

  /** Hands out what was gathered and starts anew; to be followed by `stored`. */
  take(): Gathered<Source> {
    const taken = { blocks: [...this.#blocks.values()], positions: this.#positions };
    this.#storing = new Set(this.#positions.keys());
    this.#blocks = new Map();
    this.#positions = new Map();
    this.#isAwaited = false;
    this.#bytes = 0;
    this.#takenAtMs = Date.now();
    this.#announce();
    return taken;
  }

  /** What was handed out last is stored and committed. */
  stored(): void {
    this.#storing = new Set();
    this.#announce();
  }

  #full(): boolean {
    if (this.#bytes >= this.#bounds.bytes) return true;
    return [...this.#blocks.values()].some(({ rows }) => rows >= this.#bounds.rows);
  }

  #announce(): void {
    this.#changed.resolve();
    this.#changed = Promise.withResolvers();
  }

  #change(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        signal.removeEventListener('abort', done);
        resolve();
      };
      signal.addEventListener('abort', done);
      if (signal.aborted) done();
      else void this.#changed.promise.then(done);
    });
  }
}
