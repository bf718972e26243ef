/** One record of a partition. */
export interface LogRecord {
  readonly offset: number;
  readonly value: Buffer;
}

/** How much one read may return: at least one record, whatever its size. */
export interface ReadBounds {
  readonly records: number;
  readonly bytes: number;
}

/** A partition as one member of a consumer group owns it. Not for concurrent use. */
export interface OwnedPartition {
  readonly partition: number;
  /** Aborted when the ownership ends: by a shutdown or because another member takes over. */
  readonly signal: AbortSignal;
  /** The records after those read before; waits for the first one. Undefined once the ownership has ended. */
  next(bounds: ReadBounds): Promise<readonly LogRecord[] | undefined>;
  /** Everything before `nextOffset` is done: the next owner starts there. */
  commit(nextOffset: number): Promise<void>;
}

/** The offsets that a partition has records of: from `start` to before `end`, without holes. */
export interface OffsetRange {
  readonly start: number;
  readonly end: number;
}

/** How far a group has come in one partition. */
export interface Progress {
  /** Every record before this offset is done. */
  readonly committed: number;
  /** Offset behind the last record. */
  readonly end: number;
}

/** An ordered, durable, partitioned log. */
export interface EventLog {
  /** Names this incarnation of the log: offsets of one generation never mean other events. */
  readonly generation: string;
  /**
   * Appends to one partition, in order. Resolves with the offset of the first value once all are durable.
   *
   * @throws RetryableError when the log is full or away: the outcome is then unknown.
   */
  append(topic: string, partition: number, values: readonly Buffer[]): Promise<number>;
  /**
   * Runs `work` for each partition of `topic` that this member of `group` owns, concurrently, until `signal` aborts.
   * Rejects with the first error that a `work` throws, after the others have ended.
   */
  consume(
    topic: string,
    group: string,
    signal: AbortSignal,
    work: (partition: OwnedPartition) => Promise<void>,
  ): Promise<void>;
  /** Records of `topic` that `group` has not committed yet. */
  lag(topic: string, group: string): Promise<number>;
  /** How far `group` has come in one partition of `topic`. @throws RetryableError when the log is away. */
  progress(topic: string, group: string, partition: number): Promise<Progress>;
  /**
   * What each partition of `topic` holds, by partition: always of this generation.
   *
   * @throws RetryableError when the log is away, PermanentError when it was made anew since it was opened.
   */
  ranges(topic: string): Promise<readonly OffsetRange[]>;
  /**
   * Records of a partition by their offsets, whoever has read them. What is not there is left out: it was removed since, or
   * never written. So is what comes after the record that brings their bytes to `maxBytes`.
   *
   * @throws RetryableError when the log is away.
   */
  read(
    topic: string,
    partition: number,
    offsets: readonly number[],
    maxBytes?: number,
  ): Promise<ReadonlyMap<number, Buffer>>;
  close(): Promise<void>;
}
