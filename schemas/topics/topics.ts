/** Settings of a topic on Kafka. */
export interface KafkaSettings {
  /** How long a record is kept, in ms. Kafka removes by age, read or not: so long may a stage be away. */
  readonly retentionMs: number;
  readonly cleanupPolicy: 'delete';
  /** Replicas that must have a record before it counts as durable; fewer when the cluster has fewer brokers. */
  readonly minInsyncReplicas: number;
  /** Fixed on the topic: a kafkajs consumer ends for good at a batch that a foreign producer compressed with zstd, lz4 or snappy. */
  readonly compressionType: 'uncompressed' | 'gzip';
  /** Largest value, with some room for what Kafka puts around it. */
  readonly maxMessageBytes: number;
}

/** One topic of the log: who writes it, who reads it, how long what was read is kept. */
export interface Topic {
  readonly name: string;
  /** What a record of it is. */
  readonly holds: string;
  readonly producer: string;
  /** The consumer group that reads it; named after the service. */
  readonly consumer: string;
  /**
   * How long the embedded log keeps a record that its consumer has committed, for a replay. It never removes what was never
   * read; Kafka goes by `kafka.retentionMs`.
   */
  readonly replayMs: number;
  readonly kafka: KafkaSettings;
}

const HOUR_MS = 3_600_000;
const WEEK_MS = 7 * 24 * HOUR_MS;
const MEBIBYTE = 1024 * 1024;

/** Partitions of every topic. All have the same number, because an event keeps its partition for ever. */
export const PARTITIONS = 8;

/**
 * A topic of which nothing may be lost for a week, whoever is away. Of three replicas two must have a record: one broker may
 * be away for writes to go on, and one may be lost for good.
 */
const KAFKA = {
  retentionMs: WEEK_MS,
  cleanupPolicy: 'delete',
  minInsyncReplicas: 2,
  compressionType: 'uncompressed',
} as const;

/**
 * The topics of the pipeline.
 *
 * Raw events are kept for a week, so that a mistake in a contract can be put right by a replay. What follows from them can be
 * made again from them, and is kept an hour for the sake of whoever looks for a fault.
 */
export const TOPICS = {
  raw: {
    name: 'candor.raw',
    holds: 'bytes as they came, the address sealed',
    producer: 'edge',
    consumer: 'anonymizer',
    replayMs: WEEK_MS,
    // A body of 32 MiB, the most that the edge takes, and its envelope.
    kafka: { ...KAFKA, maxMessageBytes: 33 * MEBIBYTE },
  },
  anonymized: {
    name: 'candor.anonymized',
    holds: 'the cleaned document, or why there is none',
    producer: 'anonymizer',
    consumer: 'enricher',
    replayMs: HOUR_MS,
    // A document after inflation. A broker takes requests of up to 100 MiB (socket.request.max.bytes) unless told otherwise.
    // JSON: gzip leaves a seventh of it (decision 0009).
    kafka: { ...KAFKA, compressionType: 'gzip', maxMessageBytes: 96 * MEBIBYTE },
  },
  rows: {
    name: 'candor.rows',
    holds: 'rows of one table per message, encoded',
    producer: 'enricher',
    consumer: 'sink',
    replayMs: HOUR_MS,
    // Messages are gathered up to 0.9 MB; a single row may be larger.
    kafka: { ...KAFKA, maxMessageBytes: 16 * MEBIBYTE },
  },
} as const satisfies Readonly<Record<string, Topic>>;
