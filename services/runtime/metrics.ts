import { setTimeout as sleep } from 'node:timers/promises';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** Upper bounds of duration histograms in seconds: from a flush of the log to the slowest insert that we wait for. */
const SECONDS = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** Every metric that the pipeline publishes, made once per process. */
export const createMetrics = () => {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  return {
    registry,
    answers: new Counter({
      name: 'candor_edge_answers_total',
      help: 'Requests answered by the edge, by product, status code (0: cut without an answer) and what kept a report out',
      labelNames: ['product', 'code', 'problem'],
      registers,
    }),
    connections: new Gauge({
      name: 'candor_edge_connections',
      help: 'Connections of clients that are open',
      registers,
    }),
    connectionsCut: new Counter({
      name: 'candor_edge_connections_cut_total',
      help: 'Connections that were refused or cut, by reason',
      labelNames: ['reason'],
      registers,
    }),
    frames: new Counter({
      name: 'candor_edge_frames_total',
      help: 'WebSocket frames: accepted, ignored (binary or empty), lost (not durable before the end), limited (gone before its turn) or broken',
      labelNames: ['product', 'outcome'],
      registers,
    }),
    accepted: new Counter({
      name: 'candor_edge_accepted_events_total',
      help: 'Events that the edge has made durable, in the log or in its spool',
      labelNames: ['product'],
      registers,
    }),
    acceptedBytes: new Counter({
      name: 'candor_edge_accepted_bytes_total',
      help: 'Bytes of accepted bodies as they came',
      labelNames: ['product'],
      registers,
    }),
    addressesDropped: new Counter({
      name: 'candor_edge_addresses_dropped_total',
      help: 'Client addresses that were dropped because no key was to be had',
      registers,
    }),
    outcomes: new Counter({
      name: 'candor_outcomes_total',
      help: 'Events by the stage that decided, and what it decided',
      labelNames: ['stage', 'product', 'kind', 'outcome', 'reason'],
      registers,
    }),
    scrubbed: new Counter({
      name: 'candor_scrubbed_total',
      help: 'Personal data removed from texts, and short texts of another shape (other), by product and detector',
      labelNames: ['product', 'detector'],
      registers,
    }),
    unknownFields: new Counter({
      name: 'candor_unknown_fields_total',
      help: 'Fields dropped because no contract lists them, by product',
      labelNames: ['product'],
      registers,
    }),
    placeBuilt: new Gauge({
      name: 'candor_place_database_build_timestamp_seconds',
      help: 'When the place database in use was built',
      registers,
    }),
    placeFailures: new Counter({
      name: 'candor_place_lookup_failures_total',
      help: 'Look-ups of a place that failed: the database is damaged',
      registers,
    }),
    batchSeconds: new Histogram({
      name: 'candor_batch_seconds',
      help: 'Time from reading a batch to having committed it',
      labelNames: ['stage'],
      buckets: SECONDS,
      registers,
    }),
    insertSeconds: new Histogram({
      name: 'candor_sink_insert_seconds',
      help: 'Duration of one insert into ClickHouse, retries included',
      labelNames: ['table'],
      buckets: SECONDS,
      registers,
    }),
    insertedRows: new Counter({
      name: 'candor_sink_rows_total',
      help: 'Rows stored in ClickHouse',
      labelNames: ['table'],
      registers,
    }),
    insertErrors: new Counter({
      name: 'candor_sink_insert_errors_total',
      help: 'Failed tries to insert, by ClickHouse error code (0: no answer)',
      labelNames: ['code'],
      registers,
    }),
    batchRecords: new Histogram({
      name: 'candor_batch_records',
      help: 'Records of a batch',
      labelNames: ['stage'],
      buckets: [1, 5, 10, 25, 50, 100, 250, 500, 1000],
      registers,
    }),
    spoolExpired: new Counter({
      name: 'candor_edge_spool_expired_total',
      help: 'Reports removed from the spool because they had been there for longer than EDGE_SPOOL_MAX_AGE_HOURS',
      registers,
    }),
    newestReceived: new Gauge({
      name: 'candor_sink_newest_received_timestamp_seconds',
      help: 'When the newest stored report was received',
      registers,
    }),
    newestStored: new Gauge({
      name: 'candor_sink_newest_stored_timestamp_seconds',
      help: 'When the sink last stored a block',
      registers,
    }),
    oldestErasure: new Gauge({
      name: 'candor_erasure_oldest_request_timestamp_seconds',
      help: 'When the oldest erasure that is not done was asked for; 0 when all are done',
      registers,
    }),
    inFlight: new Gauge({
      name: 'candor_in_flight_events',
      help: 'Events of the raw log that have no outcome yet, by product (empty while they are younger than a minute or so)',
      labelNames: ['product'],
      registers,
    }),
    missing: new Gauge({
      name: 'candor_balance_missing_events',
      help: 'Events of the raw log that can not get an outcome any more; anything but 0 is a loss',
      registers,
    }),
    doubled: new Gauge({
      name: 'candor_balance_doubled_events',
      help: 'Outcomes of events that have one already; anything but 0 is a report counted twice',
      registers,
    }),
    unlogged: new Gauge({
      name: 'candor_balance_unlogged_events',
      help: 'Events that edges have made durable and the raw log has never had; anything but 0 is a loss',
      registers,
    }),
    balanceChecked: new Gauge({
      name: 'candor_balance_checked_timestamp_seconds',
      help: 'When the balance was last computed',
      registers,
    }),
  };
};

/** The process's metrics, as handed to every service. */
export type Metrics = ReturnType<typeof createMetrics>;

/** Longest wait for the log in a scrape: Prometheus gives up after 10 s. */
const LAG_TIMEOUT_MS = 3_000;

/** Publishes how many records of a topic its consumer has not committed yet. */
export const publishLag = (
  metrics: Metrics,
  topics: readonly { readonly name: string; readonly consumer: string }[],
  lag: (topic: string, group: string) => Promise<number>,
): void => {
  new Gauge({
    name: 'candor_consumer_lag_records',
    help: 'Records of a topic that its consumer has not committed yet',
    labelNames: ['topic'],
    registers: [metrics.registry],
    async collect() {
      // Unknown is not a lag of zero: without an answer there is no value, and the other metrics are published all the same.
      this.reset();
      const late = sleep(LAG_TIMEOUT_MS, undefined, { ref: false });
      const publish = async ({
        name,
        consumer,
      }: {
        readonly name: string;
        readonly consumer: string;
      }): Promise<void> => {
        const behind = await Promise.race([lag(name, consumer).catch(() => undefined), late]);
        if (behind !== undefined) this.set({ topic: name }, behind);
      };
      await Promise.all(topics.map(publish));
    },
  });
};

/** What is told of a spool. */
export interface SpoolState {
  readonly depth: number;
  readonly bytes: number;
  readonly maxBytes: number;
  /** ms since 1970; undefined when it is empty. */
  readonly oldestMs: number | undefined;
}

/** Publishes what waits on the edge's disk for the log. */
export const publishSpool = (metrics: Metrics, spool: SpoolState): void => {
  const gauges: readonly (readonly [name: string, help: string, value: () => number])[] = [
    ['candor_edge_spool_records', 'Reports on the disk of the edge that the log has not taken yet', () => spool.depth],
    ['candor_edge_spool_bytes', 'Bytes of the spool on disk', () => spool.bytes],
    ['candor_edge_spool_max_bytes', 'Bytes of the spool above which reports are refused', () => spool.maxBytes],
    [
      'candor_edge_spool_oldest_age_seconds',
      'Time that the oldest report has been in the spool, at most; 0 when it is empty',
      () => (spool.oldestMs === undefined ? 0 : (Date.now() - spool.oldestMs) / 1_000),
    ],
  ];
  for (const [name, help, value] of gauges) {
    new Gauge({
      name,
      help,
      registers: [metrics.registry],
      collect() {
        this.set(value());
      },
    });
  }
};
