import type { CommonRow } from '../../../schemas/pack/table.ts';
import { OUTCOMES } from '../../../schemas/pipeline/tables.ts';
import type { AnonymizedEvent, Refused } from '../../../schemas/topics/anonymized.ts';

/** The rows of one event by table, without their common columns. */
export type Rows = Readonly<Record<string, readonly object[] | undefined>>;

/**
 * The columns that all rows of an event share, in any table or in `table`. Outcomes name no installation: they stay when it is erased, because a
 * missing one would be a loss.
 */
export const commonRow = (event: AnonymizedEvent, table?: string): CommonRow => ({
  event_id: event.event_id,
  product: event.product,
  installation_id: table === OUTCOMES ? '' : (event.kept?.installation_id ?? ''),
  received_at: event.received_at,
  country: event.kept?.country ?? '',
  geo_build: event.kept?.geo_build ?? null,
  _generation: event.lineage.generation,
  _partition: event.lineage.partition,
  _offset: event.lineage.offset,
});

/** The rows of an event that is not stored: its outcome and, when it is invalid, its dead letter. */
export const refusedRows = (event: AnonymizedEvent, { outcome, detail, body_sha256, ...common }: Refused): Rows => {
  const shared = { ...common, bytes: event.bytes, replay_of: event.replay_of };
  const letter = { ...shared, detail, body_sha256, payload: event.kept?.document ?? '' };
  return { outcomes: [{ ...shared, outcome, rows: 0 }], ...(outcome === 'reject' && { dead_letters: [letter] }) };
};
