/** One topic of the log: who writes it, who reads it, how long what was read is kept. */
export interface Topic {
  readonly name: string;
  readonly producer: string;
  /** The consumer group that reads it; named after the service. */
  readonly consumer: string;
  /** How long a record that its consumer has committed is kept, for a replay. What was never read is never removed. */
  readonly replayMs: number;
}

const HOUR_MS = 3_600_000;

/** Partitions of every topic. All have the same number, because an event keeps its partition for ever. */
export const PARTITIONS = 8;

/**
 * The topics of the pipeline.
 *
 * Raw events are kept for a week, so that a mistake in a contract can be put right by a replay. What follows from them can be
 * made again from them, and is kept an hour for the sake of whoever looks for a fault.
 */
export const TOPICS = {
  raw: { name: 'candor.raw', producer: 'edge', consumer: 'anonymizer', replayMs: 7 * 24 * HOUR_MS },
  anonymized: { name: 'candor.anonymized', producer: 'anonymizer', consumer: 'enricher', replayMs: HOUR_MS },
  rows: { name: 'candor.rows', producer: 'enricher', consumer: 'sink', replayMs: HOUR_MS },
} as const satisfies Readonly<Record<string, Topic>>;
