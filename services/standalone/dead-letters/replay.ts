import { setTimeout as sleep } from 'node:timers/promises';
import type { ClickHouseClient } from '@clickhouse/client';
import { REPLAY_OBSTACLES, type Replay, type ReplayRequest } from '../../runtime/replay.ts';
import { type DeadLetter, type ReplayOutcome, readOutcomes } from './select.ts';

/** What a replay works with. */
export interface ReplayParts {
  readonly clickhouse: ClickHouseClient;
  readonly replay: Replay;
  /** Told how many outcomes have come. */
  readonly onProgress: (done: number, all: number) => void;
  readonly waitMs: number;
}

/** What became of the dead letters that were replayed: their ids by a sentence, and how many were not repaired. */
export interface ReplayReport {
  readonly findings: ReadonlyMap<string, readonly string[]>;
  readonly unrepaired: number;
}

/** Dead letters in one request: their raw events pass through one process's memory one by one. */
const REQUESTS = 100;

/** Time between two looks for outcomes: the sink inserts once a second. */
const POLL_MS = 250;

const waitForOutcomes = async (
  { clickhouse, onProgress, waitMs }: ReplayParts,
  ids: readonly string[],
  since: number,
): Promise<ReadonlyMap<string, ReplayOutcome>> => {
  for (const deadline = Date.now() + waitMs; ; await sleep(POLL_MS)) {
    const outcomes = ids.length === 0 ? [] : await readOutcomes(clickhouse, ids, since);
    onProgress(outcomes.length, ids.length);
    if (outcomes.length >= ids.length || Date.now() > deadline) {
      return new Map(outcomes.map((outcome) => [outcome.event_id, outcome]));
    }
  }
};

const sentenceOf = (outcome: ReplayOutcome | undefined, waitMs: number): string => {
  if (outcome === undefined) return `has no outcome after ${waitMs / 1_000} s: the same command tells later`;
  const { stage, reason } = outcome;
  if (outcome.outcome === 'stored') return 'repaired';
  return outcome.outcome === 'drop' ? `dropped on purpose: ${reason}` : `rejected again by the ${stage}: ${reason}`;
};

/**
 * Sends dead letters through the pipeline again and waits for their outcomes. What is repaired is left alone.
 *
 * @throws PermanentError or RetryableError when a part is away: some may be replayed already, the next try finds them.
 */
export const replayDeadLetters = async (parts: ReplayParts, letters: readonly DeadLetter[]): Promise<ReplayReport> => {
  const findings = new Map<string, string[]>();
  const find = (sentence: string, id: string): void => {
    findings.set(sentence, [...(findings.get(sentence) ?? []), id]);
  };
  for (const { event_id, isSettled } of letters) if (isSettled) find('repaired before: left alone', event_id);
  const requests = letters
    .filter(({ isSettled }) => !isSettled)
    .map(
      ({ event_id, generation, partition, offset, attempt }): ReplayRequest => ({
        event_id,
        generation,
        partition,
        offset,
        attempt,
      }),
    );
  const written = new Map<string, string>();
  let unrepaired = 0;
  for (let from = 0; from < requests.length; from += REQUESTS) {
    for (const { event_id, replay_id, obstacle } of await parts.replay(requests.slice(from, from + REQUESTS))) {
      if (replay_id !== null) written.set(event_id, replay_id);
      if (obstacle === null) continue;
      unrepaired += 1;
      find(`can't be replayed: ${REPLAY_OBSTACLES[obstacle]}`, event_id);
    }
  }
  const outcomes = await waitForOutcomes(
    parts,
    [...written.values()],
    Math.min(...letters.map(({ receivedAt }) => receivedAt)),
  );
  for (const [id, replayId] of written) {
    const outcome = outcomes.get(replayId);
    if (outcome === undefined || outcome.outcome === 'reject') unrepaired += 1;
    find(sentenceOf(outcome, parts.waitMs), id);
  }
  return { findings, unrepaired };
};
