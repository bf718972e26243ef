import type { ClickHouseClient } from '@clickhouse/client';
import { DATABASE } from '../../../infra/clickhouse/client.ts';
import { messageOf, PermanentError } from '../../runtime/errors.ts';
import type { ReplayRequest } from '../../runtime/replay.ts';
import type { Selection } from './options.ts';

/** A dead letter as a replay needs it. */
export interface DeadLetter extends ReplayRequest {
  readonly product: string;
  readonly reason: string;
  /** ms since 1970; that of its replays as well. */
  readonly receivedAt: number;
  /** Whether a replay of it was stored, or dropped on purpose. */
  readonly isSettled: boolean;
}

/** The text of a time in ms since 1970 as SQL. */
const sqlTime = (timeMs: number): string => `fromUnixTimestamp64Milli(${timeMs})`;

/** The condition that a selection makes, on the dead letters of what clients sent: a replay that fails makes another one. */
const conditionOf = ({ since, product, reason, ids }: Selection): string =>
  [
    'replay_of IS NULL',
    `received_at >= ${sqlTime(since)}`,
    ...(product === undefined ? [] : [`product = '${product}'`]),
    ...(reason === undefined ? [] : [`reason = '${reason}'`]),
    ...(ids.length === 0 ? [] : [`event_id IN (${ids.map((id) => `'${id}'`).join(', ')})`]),
  ].join(' AND ');

/** What became of the replays of each dead letter: they bear its time. */
const replaysSince = (since: number): string => `(
  SELECT toUUIDOrZero(assumeNotNull(replay_of)) AS event_id, uniqExact(event_id) AS attempts, countIf(outcome != 'reject') > 0 AS settled
  FROM (SELECT event_id, replay_of, outcome FROM ${DATABASE}.outcomes WHERE replay_of IS NOT NULL AND received_at >= ${sqlTime(since)})
  GROUP BY replay_of
)`;

/** The query of `list`. */
export const listQuery = (selection: Selection): string => `
  SELECT received_at, letters.event_id AS id, product, kind, stage, reason, detail, formatReadableSize(bytes) AS size,
    multiIf(replays.settled, 'repaired', replays.attempts > 0, concat('replayed ', toString(replays.attempts), '×, in vain'), '') AS state
  FROM (SELECT * FROM ${DATABASE}.dead_letters WHERE ${conditionOf(selection)}) AS letters
  LEFT JOIN ${replaysSince(selection.since)} AS replays ON letters.event_id = replays.event_id
  ORDER BY received_at DESC LIMIT ${selection.limit}`;

/** The queries of `show`: all of the dead letter, and the outcomes of its replays. */
export const showQueries = ({ ids: [id] }: Selection): readonly string[] => [
  `SELECT * FROM ${DATABASE}.dead_letters WHERE event_id = '${id}'`,
  `SELECT event_id, outcome, stage, reason, rows FROM ${DATABASE}.outcomes WHERE replay_of = '${id}'`,
];

/** @throws PermanentError when ClickHouse does not answer, or refuses. */
const rowsOf = async <T>(client: ClickHouseClient, query: string, query_params = {}): Promise<readonly T[]> => {
  try {
    const clickhouse_settings = { output_format_json_quote_64bit_integers: 0 } as const;
    const result = await client.query({ query, query_params, format: 'JSONEachRow', clickhouse_settings });
    return await result.json<T>();
  } catch (error) {
    throw new PermanentError(`ClickHouse could not be asked: ${messageOf(error)}`, { cause: error });
  }
};

/** The dead letters that a selection means, the oldest first. @throws PermanentError when ClickHouse does not answer. */
export const selectDeadLetters = async (
  client: ClickHouseClient,
  selection: Selection,
): Promise<readonly DeadLetter[]> => {
  const rows = await rowsOf<Omit<DeadLetter, 'isSettled'> & { isSettled: number }>(
    client,
    `
      SELECT toString(letters.event_id) AS event_id, product, reason, _generation AS generation, _partition AS partition,
        _offset AS offset, toUnixTimestamp64Milli(received_at) AS receivedAt, replays.attempts AS attempt, replays.settled = 1 AS isSettled
      FROM (SELECT * FROM ${DATABASE}.dead_letters WHERE ${conditionOf(selection)}) AS letters
      LEFT JOIN ${replaysSince(selection.since)} AS replays ON letters.event_id = replays.event_id
      ORDER BY received_at, event_id LIMIT ${selection.limit}`,
  );
  return rows.map((row) => ({ ...row, isSettled: row.isSettled === 1 }));
};

/** What became of a replay. */
export interface ReplayOutcome {
  readonly event_id: string;
  readonly outcome: string;
  readonly stage: string;
  readonly reason: string;
}

/**
 * The outcomes, among those of `ids`, that are stored; one per event. None of them was received before `since`.
 *
 * @throws PermanentError when ClickHouse does not answer.
 */
export const readOutcomes = async (
  client: ClickHouseClient,
  ids: readonly string[],
  since: number,
): Promise<readonly ReplayOutcome[]> => {
  // An event that was replayed twice at once may have been stored and, the second time, been taken for a duplicate.
  return rowsOf<ReplayOutcome>(
    client,
    `
      SELECT toString(event_id) AS event_id, outcome, stage, reason
      FROM ${DATABASE}.outcomes WHERE received_at >= ${sqlTime(since)} AND outcomes.event_id IN {ids: Array(UUID)}
      ORDER BY outcome = 'stored' DESC LIMIT 1 BY event_id`,
    { ids },
  );
};
