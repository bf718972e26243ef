import type { ClickHouseClient } from '@clickhouse/client';
import { DATABASE } from '../../infra/clickhouse/client.ts';
import type { CommonRow } from '../../schemas/pack/table.ts';
import { OUTCOMES } from '../../schemas/pipeline/tables.ts';
import { PermanentError } from '../runtime/errors.ts';
import { classified } from './clickhouse-errors.ts';
import type { RowsMessage } from './rows-message.ts';

type Outcome = Pick<CommonRow, 'event_id' | 'received_at' | 'product' | '_partition' | '_offset'>;

/** Outcomes of a batch that come again. */
export interface Repeats {
  /** Those of events that were let through before the batch. */
  readonly earlier: readonly Outcome[];
  /** One whose place another event of the same batch has. */
  readonly conflict: Outcome | undefined;
}

/** Of a batch in which everything is new. */
export const NO_REPEATS: Repeats = { earlier: [], conflict: undefined };

function* outcomesIn({ format, items }: RowsMessage): Generator<Outcome> {
  for (let position = 0; position < items.length; ) {
    const { value, offset } = format.row.decode(items, position);
    position = offset;
    yield value as Outcome;
  }
}

/**
 * Finds the outcomes that come again: usual after a restart, and then all of a suffix. Nothing is decoded where none does.
 *
 * @param seen the last offset of the message's table, month and generation that was let through before the batch
 */
export const repeatsIn = (
  batch: readonly RowsMessage[],
  generation: string,
  seen: (message: RowsMessage) => number,
): Repeats => {
  const messages = batch.filter(({ format, header }) => format.table === OUTCOMES && header.generation === generation);
  const last = new Map<number, number>();
  const isRepeated = ({ header: { month, first_offset, last_offset } }: RowsMessage, before: number): boolean => {
    const reached = Math.max(before, last.get(month) ?? -1);
    last.set(month, Math.max(reached, last_offset));
    return first_offset <= reached;
  };
  if (!messages.map((message) => isRepeated(message, seen(message))).includes(true)) return NO_REPEATS;

  const earlier: Outcome[] = [];
  const ids = new Map<number, string>();
  for (const message of messages) {
    for (const outcome of outcomesIn(message)) {
      const { product, _offset: offset, event_id } = outcome;
      // What stands in for a raw event that could not be read has its place for an id, and the time of the finding.
      if (product === '') continue;
      if (offset <= seen(message)) earlier.push(outcome);
      else if ((ids.get(offset) ?? event_id) !== event_id) return { earlier, conflict: outcome };
      else ids.set(offset, event_id);
    }
  }
  return { earlier, conflict: undefined };
};

const boundsOf = (numbers: readonly number[]) => ({
  least: numbers.reduce((a, b) => Math.min(a, b)),
  greatest: numbers.reduce((a, b) => Math.max(a, b)),
});

const lostRecords = ({ _partition, _offset }: Outcome): PermanentError =>
  new PermanentError(
    `the event at ${_partition}/${_offset} of the raw log comes again and is not the one that is stored there: the log or the ` +
      'tables have lost what they had acknowledged. See docs/operations/lost-records.md',
  );

/**
 * Checks that events which come again are those that are stored: they are skipped, and an event that has got the place of
 * another one would be lost.
 *
 * @throws PermanentError when one is not.
 * @throws RetryableError when ClickHouse is away.
 */
export const checkRepeats = async (
  client: ClickHouseClient,
  generation: string,
  { earlier, conflict }: Repeats,
): Promise<void> => {
  if (conflict !== undefined) throw lostRecords(conflict);
  const [first] = earlier;
  if (first === undefined) return;
  const times = boundsOf(earlier.map(({ received_at }) => received_at));
  const offsets = boundsOf(earlier.map(({ _offset }) => _offset));
  const ids = new Set<string>();
  try {
    const result = await client.query({
      query: `SELECT event_id FROM ${DATABASE}.${OUTCOMES} WHERE _generation = {generation: String}
        AND _partition = {partition: UInt16} AND _offset BETWEEN {first: UInt64} AND {last: UInt64}
        AND received_at BETWEEN fromUnixTimestamp64Milli({from: Int64}) AND fromUnixTimestamp64Milli({until: Int64})`,
      query_params: {
        generation,
        partition: first._partition,
        first: offsets.least,
        last: offsets.greatest,
        from: times.least,
        until: times.greatest,
      },
      format: 'JSONEachRow',
    });
    for (const { event_id } of await result.json<{ event_id: string }>()) ids.add(event_id);
  } catch (error) {
    throw classified(error, `looking for what comes again of partition ${first._partition}`);
  }
  const unknown = earlier.find(({ event_id }) => !ids.has(event_id));
  if (unknown !== undefined) throw lostRecords(unknown);
};
