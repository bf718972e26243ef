import { PermanentError } from '../../errors.ts';
import type { LogRecord, OwnedPartition, ReadBounds } from '../event-log.ts';

/** Records of one fetch. */
export interface Fetched {
  readonly records: readonly LogRecord[];
  /** Offset behind the last record that can be read. */
  readonly end: number;
  /** Fetches on: the stream holds one fetch at a time. */
  readonly resume: () => void;
}

/** What became of a fetch; `taken after a gap`: records before it are not in the log any more. */
export type Taken = 'taken' | 'taken after a gap' | 'nothing new' | 'gap';

/**
 * One partition during one ownership: hands out what is fetched, every record from the committed offset on, in order and
 * without a gap.
 */
export class PartitionStream implements OwnedPartition {
  readonly partition: number;
  readonly signal: AbortSignal;
  readonly #commit: (nextOffset: number) => Promise<void>;
  #expected: number;
  #committed: number;
  /** Where a gap was met last. */
  #gapAt = -1;
  #records: readonly LogRecord[] = [];
  #resume: (() => void) | undefined;
  #failure: Error | undefined;
  #wake = Promise.withResolvers<void>();

  constructor(partition: number, start: number, signal: AbortSignal, commit: (nextOffset: number) => Promise<void>) {
    this.partition = partition;
    this.#expected = start;
    this.#committed = start;
    this.signal = signal;
    this.#commit = commit;
    signal.addEventListener('abort', () => this.#wake.resolve(), { once: true });
  }

  /** The offset after all that was taken. */
  get expected(): number {
    return this.#expected;
  }

  /**
   * Takes what is new of a fetch. A fetch that starts too late is refused; when the next one does so too, what is between was
   * removed from the log, and it is taken.
   */
  take({ records, end, resume }: Fetched): Taken {
    const expected = this.#expected;
    if (end < expected) {
      this.#fail(`partition ${this.partition} ends at ${end} after ${expected} had been read: its topic was made anew`);
      return 'nothing new';
    }
    const fresh = records.filter(({ offset }) => offset >= expected);
    const [first] = fresh;
    if (first === undefined) return 'nothing new';
    const isGap = first.offset > expected;
    if (isGap && this.#gapAt !== expected) {
      this.#gapAt = expected;
      return 'gap';
    }
    this.#records = this.#records.length === 0 ? fresh : [...this.#records, ...fresh];
    this.#expected = (fresh.at(-1) ?? first).offset + 1;
    this.#resume = resume;
    this.#wake.resolve();
    return isGap ? 'taken after a gap' : 'taken';
  }

  async next(bounds: ReadBounds): Promise<readonly LogRecord[] | undefined> {
    while (!this.signal.aborted) {
      if (this.#failure !== undefined) throw this.#failure;
      if (this.#records.length > 0) return this.#handOut(bounds);
      this.#wake = Promise.withResolvers();
      if (!this.signal.aborted) await this.#wake.promise;
    }
    return undefined;
  }

  async commit(nextOffset: number): Promise<void> {
    if (nextOffset <= this.#committed) return;
    await this.#commit(nextOffset);
    this.#committed = nextOffset;
  }

  #handOut({ records, bytes }: ReadBounds): readonly LogRecord[] {
    let count = 0;
    let size = 0;
    for (const { value } of this.#records) {
      if (count === records || (count > 0 && size >= bytes)) break;
      size += value.length;
      count += 1;
    }
    const handed = this.#records.slice(0, count);
    this.#records = this.#records.slice(count);
    if (this.#records.length === 0) this.#resume?.();
    return handed;
  }

  #fail(message: string): void {
    this.#failure = new PermanentError(message);
    this.#wake.resolve();
  }
}
