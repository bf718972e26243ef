import type { PartitionStream } from './partition-stream.ts';

/** What is done with a partition, and who is told when that fails. */
export interface OwnershipsOptions {
  readonly work: (stream: PartitionStream) => Promise<void>;
  readonly onFailure: (error: unknown, stream: PartitionStream) => void;
}

/**
 * The partitions that a member of a group owns and the work on them. Every join of the group begins a new epoch; before it,
 * the ownerships of the old one have ended, and nothing of the old one is committed in the new one.
 */
export class Ownerships {
  readonly #options: OwnershipsOptions;
  #epoch = new AbortController();
  #endedAtMs = 0;
  readonly #streams = new Map<number, PartitionStream>();
  /** Work under way by partition, that of former epochs included. */
  readonly #working = new Map<number, Promise<void>>();

  constructor(options: OwnershipsOptions) {
    this.#options = options;
  }

  /** Ends the epoch for good and begins another; its signal aborts when that ends. */
  begin(): AbortSignal {
    this.end();
    this.#streams.clear();
    this.#epoch = new AbortController();
    return this.#epoch.signal;
  }

  /** Asks the work of this epoch to end; what it has done until then may still be committed. */
  end(): void {
    if (this.#epoch.signal.aborted) return;
    this.#endedAtMs = Date.now();
    this.#epoch.abort();
  }

  /** How long ago the work was asked to end, in ms; 0 when none is left. */
  get overdueMs(): number {
    return this.#working.size === 0 ? 0 : Date.now() - this.#endedAtMs;
  }

  /** Whether nothing is being worked on. */
  get isIdle(): boolean {
    return this.#working.size === 0;
  }

  /** Resolves when all work has ended. */
  async idle(): Promise<void> {
    while (this.#working.size > 0) await Promise.all(this.#working.values());
  }

  /** Starts the work on a partition, after that of a former epoch on it has ended. */
  start(stream: PartitionStream): void {
    const { partition } = stream;
    const before = this.#working.get(partition);
    this.#streams.set(partition, stream);
    const working = this.#run(stream, before).then(() => {
      if (this.#streams.get(partition) === stream) this.#streams.delete(partition);
      if (this.#working.get(partition) === working) this.#working.delete(partition);
    });
    this.#working.set(partition, working);
  }

  /** The partition as it is worked on in this epoch, if it is. */
  streamOf(partition: number): PartitionStream | undefined {
    return this.#epoch.signal.aborted ? undefined : this.#streams.get(partition);
  }

  /** Whether a partition is still this member's, as far as the group has said: it may be committed. */
  isOurs(stream: PartitionStream): boolean {
    return this.#streams.get(stream.partition) === stream;
  }

  async #run(stream: PartitionStream, before: Promise<void> | undefined): Promise<void> {
    await before;
    if (stream.signal.aborted) return;
    try {
      await this.#options.work(stream);
    } catch (error) {
      this.#options.onFailure(error, stream);
    }
  }
}
