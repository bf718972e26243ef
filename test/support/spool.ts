import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { PartitionSpool } from '../../services/edge/spool/partition-spool.ts';
import { Spool } from '../../services/edge/spool/spool.ts';

/** Opens a spool of two partitions; closed when the test has finished. */
export const openSpool = async (folder: string, maxBytes = 1024 ** 3): Promise<Spool> => {
  const spool = await Spool.open(folder, 2, maxBytes);
  onTestFinished(() => spool.close());
  return spool;
};

const failOnDamage = (error: unknown): void => {
  throw error;
};

/** Drains a partition, `records` at a time; gives what was in it as text. */
export const drainTexts = async (partition: PartitionSpool, records = 100): Promise<readonly string[]> => {
  const texts: string[] = [];
  for (;;) {
    const batch = await partition.next(records, 1_000_000, failOnDamage);
    if (batch === undefined) return texts;
    texts.push(...batch.records.map(({ value }) => value.toString()));
    await partition.drained(batch);
  }
};

/** Paths of the files of a partition, oldest first. */
export const filesOf = async (folder: string, partition: number): Promise<readonly string[]> => {
  const path = join(folder, String(partition));
  return (await readdir(path)).sort().map((name) => join(path, name));
};
