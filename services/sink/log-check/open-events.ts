import { RAW_SCHEMA, type RawEvent } from '../../../schemas/topics/raw.ts';
import { valueSubject } from '../../../schemas/topics/rows.ts';
import { TOPICS } from '../../../schemas/topics/topics.ts';
import { Codec } from '../../runtime/codec.ts';
import type { EventLog } from '../../runtime/log/event-log.ts';
import type { SchemaIds } from '../../runtime/registry/schema-ids.ts';

/** What is told of an event without an outcome. */
export interface OpenEvent {
  readonly offset: number;
  readonly product: string;
  /** As ClickHouse reads it, UTC. */
  readonly received_at: string;
}

/** Events of one partition that are read in one check: a backlog is counted whole, and named as far as this goes. */
export const MAX_OPEN_EVENTS = 1_000;

/** Bytes of them: all partitions are read at once. */
const MAX_BYTES = 2 * 1024 * 1024;

/**
 * What stands at some offsets of a partition of the raw log, as far as it can be read. Nothing of a body is looked at.
 *
 * @throws RetryableError when the log is away, PermanentError when the schema of raw events is not registered.
 */
export const readOpenEvents = async (
  { log, ids }: { readonly log: Pick<EventLog, 'read'>; readonly ids: SchemaIds },
  partition: number,
  offsets: readonly number[],
): Promise<readonly OpenEvent[]> => {
  if (offsets.length === 0) return [];
  const codec = await Codec.of<RawEvent>(ids, valueSubject(TOPICS.raw.name), RAW_SCHEMA);
  const records = await log.read(TOPICS.raw.name, partition, offsets, MAX_BYTES);
  await codec.prepare([...records.values()]);
  return [...records].flatMap(([offset, value]) => {
    const event = codec.decode(value);
    if (event === undefined) return [];
    return { offset, product: event.product, received_at: new Date(event.received_at).toISOString().replace('Z', '') };
  });
};
