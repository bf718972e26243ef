import { setTimeout as sleep } from 'node:timers/promises';
import type { Consumer } from 'kafkajs';
import { RetryableError } from '../../errors.ts';
import { classified, isFenced } from './kafka-errors.ts';

/** Time between two tries. */
const RETRY_MS = 200;

/** What is to be committed. */
export interface Commit {
  readonly topic: string;
  readonly partition: number;
  readonly nextOffset: number;
  /** Which incarnation of the topic the offset belongs to; kept with the commit. */
  readonly generation: string;
  /** Whether the partition still belongs to the one who commits. */
  readonly isOurs: () => boolean;
  /** Aborts when the ownership is to end: one try is worth it then. */
  readonly signal: AbortSignal;
}

/**
 * Commits, and tries until it works or the ownership has ended: what is not committed then is read again by the next owner.
 *
 * @throws PermanentError when Kafka refuses it.
 */
export const commitOffset = async (
  consumer: Pick<Consumer, 'commitOffsets'>,
  { topic, partition, nextOffset, generation, isOurs, signal }: Commit,
): Promise<void> => {
  while (isOurs()) {
    try {
      return await consumer.commitOffsets([{ topic, partition, offset: String(nextOffset), metadata: generation }]);
    } catch (error) {
      if (isFenced(error)) return;
      const cause = classified(error, `committing ${topic}/${partition}`);
      if (!(cause instanceof RetryableError)) throw cause;
      if (signal.aborted) return;
      await sleep(RETRY_MS, undefined, { signal }).catch(() => undefined);
    }
  }
};
