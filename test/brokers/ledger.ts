import { RetryableError } from '../../services/runtime/errors.ts';
import type { EventLog, LogRecord } from '../../services/runtime/log/event-log.ts';

/** What was found at the end, over all partitions. */
export interface Verdict {
  readonly acknowledged: number;
  /** Appends that were rejected or not answered in time, and how many of their records are in the log all the same. */
  readonly unknown: number;
  readonly unknownFound: number;
  /** Acknowledged records that are not where the answer said. */
  readonly lost: number;
  /** Records that are in the log more than once. */
  readonly doubled: number;
  /** Records that stand behind one that was appended later. */
  readonly disordered: number;
  /** Records that the consumer was given again, or in another order than the log has them. */
  readonly readAgain: number;
  readonly skipped: number;
}

/** Appends under way at once in a partition. */
const LANES = 20;

/** Everything that was appended to the partitions of a topic, and everything that a consumer was given. */
export class BrokerLedger {
  readonly #acknowledged: Map<number, number>[];
  readonly #unknown: Set<number>[];
  readonly #read: Map<number, number>[];
  #readAgain = 0;
  #skipped = 0;

  constructor(partitions: number) {
    this.#acknowledged = Array.from({ length: partitions }, () => new Map());
    this.#unknown = Array.from({ length: partitions }, () => new Set());
    this.#read = Array.from({ length: partitions }, () => new Map());
  }

  /** Records acknowledged so far. */
  get acknowledged(): number {
    return this.#acknowledged.reduce((sum, { size }) => sum + size, 0);
  }

  /** Appends numbers to one partition until `signal` aborts, each once, whatever becomes of it. */
  async write(log: EventLog, topic: string, partition: number, signal: AbortSignal): Promise<void> {
    let next = 0;
    const lane = async (): Promise<void> => {
      while (!signal.aborted) {
        const number = next;
        next += 1;
        try {
          const offset = await log.append(topic, partition, [Buffer.from(`${number}`.padEnd(1_024))]);
          this.#acknowledged[partition]?.set(number, offset);
        } catch (error) {
          if (!(error instanceof RetryableError)) throw error;
          this.#unknown[partition]?.add(number);
        }
      }
    };
    await Promise.all(Array.from({ length: LANES }, lane));
  }

  /** Reads as a member of a group and commits batch by batch, until `signal` aborts. */
  read(log: EventLog, topic: string, signal: AbortSignal): Promise<void> {
    return log.consume(topic, 'ledger', signal, async (owned) => {
      let expected: number | undefined;
      for (;;) {
        const batch = await owned.next({ records: 500, bytes: 1_000_000 });
        if (batch === undefined) return;
        for (const { offset, value } of batch) {
          const read = this.#read[owned.partition];
          const number = Number(value.toString());
          if (read?.has(offset)) this.#readAgain += 1;
          else if (expected !== undefined && offset !== expected) this.#skipped += 1;
          read?.set(offset, number);
          expected = offset + 1;
        }
        await owned.commit((batch.at(-1)?.offset ?? 0) + 1);
      }
    });
  }

  /** Compares with what the log holds in the end, `records` by partition. */
  judge(records: readonly (readonly LogRecord[])[]): Verdict {
    const verdict = { lost: 0, doubled: 0, disordered: 0, unknown: 0, unknownFound: 0, skipped: this.#skipped };
    for (const [partition, inLog] of records.entries()) {
      const byOffset = new Map(inLog.map(({ offset, value }) => [offset, Number(value.toString())]));
      const seen = new Set<number>();
      let highest = -1;
      for (const number of byOffset.values()) {
        if (seen.has(number)) verdict.doubled += 1;
        else if (number < highest) verdict.disordered += 1;
        seen.add(number);
        highest = Math.max(highest, number);
      }
      for (const [number, offset] of this.#acknowledged[partition] ?? [])
        if (byOffset.get(offset) !== number) verdict.lost += 1;
      for (const number of this.#unknown[partition] ?? []) {
        verdict.unknown += 1;
        if (seen.has(number)) verdict.unknownFound += 1;
      }
      for (const [offset, number] of byOffset) if (this.#read[partition]?.get(offset) !== number) verdict.skipped += 1;
    }
    return { acknowledged: this.acknowledged, readAgain: this.#readAgain, ...verdict };
  }
}
