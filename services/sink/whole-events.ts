import { OUTCOMES } from '../../schemas/pipeline/tables.ts';
import type { PartitionCursor } from './cursor.ts';
import type { RowsMessage } from './rows-message.ts';

interface Held {
  readonly messages: RowsMessage[];
  /** Offset in the topic of rows of the first of them. */
  readonly startsAt: number;
  lastOffset: number;
}

const NONE: readonly RowsMessage[] = [];

/**
 * Holds the rows of one partition back until the outcomes of their events have come, which an enricher writes last: so that what
 * is stored together is whole events, over all tables. What it holds is bounded by a batch of the enricher.
 */
export class WholeEvents {
  readonly #cursor: PartitionCursor;
  readonly #held = new Map<string, Held>();
  /** The last event whose outcome has come, by month and generation. */
  readonly #outcomes = new Map<string, number>();

  constructor(cursor: PartitionCursor) {
    this.#cursor = cursor;
  }

  /** As that of {@link PartitionCursor}. */
  get commitOffset(): number {
    return Math.min(this.#cursor.commitOffset, ...[...this.#held.values()].map(({ startsAt }) => startsAt));
  }

  /** As that of {@link PartitionCursor}. */
  seen(message: RowsMessage): number {
    return this.#cursor.seen(message);
  }

  /** The messages that are new, and whose events are whole, because of `message`, which stands at `offset` of the topic of rows. */
  advance(offset: number, message: RowsMessage): readonly RowsMessage[] {
    const startsAt = Math.min(offset, this.#cursor.unfinishedFrom);
    const fresh = this.#cursor.advance(offset, message);
    const { header, format } = message;
    const key = `${header.month}/${header.generation}`;
    const isOutcome = format.table === OUTCOMES;
    if (isOutcome) this.#outcomes.set(key, Math.max(header.last_offset, this.#outcomes.get(key) ?? -1));
    const held = this.#held.get(key) ?? { messages: [], startsAt, lastOffset: -1 };
    held.messages.push(...fresh);
    if (!isOutcome && fresh.length > 0) held.lastOffset = Math.max(held.lastOffset, header.last_offset);
    if (held.messages.length === 0) return NONE;
    if (held.lastOffset > (this.#outcomes.get(key) ?? -1)) {
      this.#held.set(key, held);
      return NONE;
    }
    this.#held.delete(key);
    return held.messages;
  }
}
