import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Admin, Kafka } from 'kafkajs';
import { RetryableError } from '../../errors.ts';
import { CLIENT_RETRY } from './connection.ts';
import { classified } from './kafka-errors.ts';

/** What single records are read with. */
export interface RecordReaderParts {
  readonly kafka: Kafka;
  readonly admin: Admin;
  /** Bytes of one fetch, unless a single record is larger. */
  readonly fetchBytes: number;
}

/** Longest wait for the next record: joining a group takes some seconds, a fetch some milliseconds. */
const PROGRESS_TIMEOUT_MS = 30_000;

/**
 * Reads records of one partition by their offsets, which must be within what the partition holds, up to the one that brings their
 * bytes to `maxBytes`: as the only member of a group of its own that commits nothing and is removed afterwards.
 *
 * @throws RetryableError when Kafka is away.
 */
export const readRecords = async (
  { kafka, admin, fetchBytes }: RecordReaderParts,
  topic: string,
  partition: number,
  offsets: readonly number[],
  maxBytes: number,
): Promise<ReadonlyMap<number, Buffer>> => {
  const groupId = `candor-read-${randomUUID()}`;
  const consumer = kafka.consumer({
    groupId,
    allowAutoTopicCreation: false,
    maxBytesPerPartition: fetchBytes,
    retry: CLIENT_RETRY,
  });
  const wanted = new Set(offsets);
  const found = new Map<number, Buffer>();
  const all = Promise.withResolvers<void>();
  let progress = 0;
  let bytes = 0;

  /** Goes on at the first wanted offset from `position` on, as they may lie far apart. */
  const seekFrom = (position: number): void => {
    const next = Math.min(...[...wanted].filter((offset) => offset >= position));
    if (Number.isFinite(next)) consumer.seek({ topic, partition, offset: String(next) });
    else all.resolve();
  };

  const untilDone = async (): Promise<void> => {
    for (let seen = -1; seen !== progress; ) {
      seen = progress;
      const late = sleep(PROGRESS_TIMEOUT_MS, 'late', { ref: false });
      if ((await Promise.race([all.promise, late])) !== 'late') return;
    }
    throw new RetryableError(`Kafka gave no record of ${topic}/${partition} for ${PROGRESS_TIMEOUT_MS} ms`);
  };

  consumer.on(consumer.events.CRASH, ({ payload }) => {
    if (!payload.restart) all.reject(payload.error);
  });
  try {
    await consumer.connect();
    await consumer.subscribe({ topics: [topic], fromBeginning: false });
    await consumer.run({
      autoCommit: false,
      eachBatch: async ({ batch }) => {
        if (batch.partition !== partition) return;
        progress += 1;
        for (const { offset, value } of batch.messages) {
          if (!wanted.has(Number(offset)) || bytes >= maxBytes) continue;
          found.set(Number(offset), value ?? Buffer.alloc(0));
          bytes += value?.length ?? 0;
        }
        if (bytes >= maxBytes) all.resolve();
        else if (batch.messages.some(({ offset }) => wanted.has(Number(offset))))
          seekFrom(Number(batch.lastOffset()) + 1);
      },
    });
    seekFrom(0);
    await untilDone();
    return found;
  } catch (error) {
    throw classified(error, `reading ${topic}/${partition}`);
  } finally {
    await consumer.disconnect().catch(() => undefined);
    await admin.deleteGroups([groupId]).catch(() => undefined);
  }
};
