import type { ClickHouseClient } from '@clickhouse/client';
import { DATABASE } from '../../../infra/clickhouse/client.ts';
import { PARTITIONS, TOPICS } from '../../../schemas/topics/topics.ts';
import type { EventLog, OffsetRange } from '../../runtime/log/event-log.ts';
import type { SchemaIds } from '../../runtime/registry/schema-ids.ts';
import { MAX_OPEN_EVENTS, readOpenEvents } from './open-events.ts';
import { passedOffset } from './passed.ts';

/** What a check of the log works with. */
export interface LogCheckParts {
  readonly clickhouse: ClickHouseClient;
  readonly log: Pick<EventLog, 'generation' | 'ranges' | 'progress' | 'read'>;
  readonly ids: SchemaIds;
}

/** What the view `lineage` knows of a partition: the outcomes, and what earlier checks have seen. */
interface KnownPartition {
  readonly generation: string;
  readonly partition: number;
  readonly log_start: number;
  readonly log_end: number;
  readonly passed: number;
  readonly first_stored: number;
  readonly next_offset: number;
  readonly in_flight: number;
}

const readKnown = async (clickhouse: ClickHouseClient): Promise<readonly KnownPartition[]> => {
  const result = await clickhouse.query({
    query: `SELECT generation, partition, log_start, log_end, passed, first_stored, next_offset, in_flight
      FROM ${DATABASE}.lineage`,
    format: 'JSONEachRow',
    clickhouse_settings: { output_format_json_quote_64bit_integers: 0 },
  });
  return result.json<KnownPartition>();
};

/** From `start` to before `end`. */
const offsetsBetween = (start: number, end: number): readonly number[] =>
  Array.from({ length: Math.max(0, Math.min(end - start, MAX_OPEN_EVENTS)) }, (_, index) => start + index);

/**
 * Offsets without an outcome that the last check has seen already: what came since is hardly ever still open at the next one, so
 * that as a rule nothing has to be read.
 */
const openOffsets = ({ start }: OffsetRange, known: KnownPartition | undefined): readonly number[] => {
  if (known === undefined) return [];
  const { first_stored, next_offset, log_end } = known;
  return [...offsetsBetween(start, first_stored), ...offsetsBetween(Math.max(start, next_offset), log_end)].slice(
    0,
    MAX_OPEN_EVENTS,
  );
};

/**
 * Records what the raw log holds and how far the stages have come, for the views to compare with the outcomes.
 *
 * @throws RetryableError when the log is away, Error when ClickHouse is.
 */
export const checkLog = async ({ clickhouse, log, ids }: LogCheckParts): Promise<void> => {
  const known = await readKnown(clickhouse);
  const { generation } = log;
  // Before the ends: what was passed stands before them.
  const partitions = Array.from({ length: PARTITIONS }, (_, partition) => partition);
  const passed = await Promise.all(partitions.map((partition) => passedOffset(log, partition)));
  const ranges = await log.ranges(TOPICS.raw.name);
  const current = await Promise.all(
    ranges.map(async (range, partition) => {
      const before = known.find((each) => each.generation === generation && each.partition === partition);
      return {
        generation,
        partition,
        log_start: range.start,
        log_end: range.end,
        passed: Math.max(before?.passed ?? 0, passed[partition] ?? 0),
        open: await readOpenEvents({ log, ids }, partition, openOffsets(range, before)),
      };
    }),
  );
  // A log that is gone gives nothing more: what it held is stored, on its way behind it, or lost.
  const gone = known
    .filter((each) => each.generation !== generation && each.in_flight > 0 && passed[each.partition] !== undefined)
    .map(({ generation: name, partition, log_start, log_end }) => ({
      generation: name,
      partition,
      log_start,
      log_end,
      passed: log_end,
      open: [],
    }));
  await clickhouse.insert({
    table: `${DATABASE}.log_checks`,
    values: [...current, ...gone],
    format: 'JSONEachRow',
    clickhouse_settings: { async_insert: 0 },
  });
};
