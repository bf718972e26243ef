import { Brake, type BrakeConfig } from './brake.ts';
import type { EventLog, LogRecord, ReadBounds } from './log/event-log.ts';
import type { Logger } from './logger.ts';
import type { Metrics } from './metrics.ts';
import { retrying } from './retry.ts';

/** What a stage worker reads and writes. */
export interface StageWorkerOptions {
  readonly stage: string;
  readonly from: string;
  readonly to: string;
  readonly bounds: ReadBounds;
  readonly brake: BrakeConfig;
  readonly log: EventLog;
  readonly metrics: Metrics;
  readonly logger: Logger;
}

/**
 * Turns a batch of one partition into the values that follow from it, in the same order, and tells the partition's brake of
 * every event.
 */
export type BatchStage = (partition: number, records: readonly LogRecord[], brake: Brake) => Promise<readonly Buffer[]>;

/**
 * Reads `from`, applies `stage` and writes `to`, partition by partition and batch by batch, until `signal` aborts. A batch is
 * committed after everything that follows from it is durable; a crash in between repeats it, and lineage tells the repetition.
 */
export const runStage = (options: StageWorkerOptions, signal: AbortSignal, stage: BatchStage): Promise<void> =>
  options.log.consume(options.from, options.stage, signal, async (owned) => {
    const brake = new Brake(options.brake);
    for (let batch = await owned.next(options.bounds); batch; batch = await owned.next(options.bounds)) {
      options.metrics.batchRecords.observe({ stage: options.stage }, batch.length);
      const stopTimer = options.metrics.batchSeconds.startTimer({ stage: options.stage });
      const values = await stage(owned.partition, batch, brake);
      await retrying({ ...options, signal: owned.signal }, () =>
        options.log.append(options.to, owned.partition, values),
      );
      await owned.commit((batch.at(-1)?.offset ?? 0) + 1);
      stopTimer();
    }
  });
