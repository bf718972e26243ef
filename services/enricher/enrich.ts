import type { ProductCatalog } from '../../schemas/pack/catalog.ts';
import { type Erasure, erasureKind } from '../../schemas/pipeline/erasure.ts';
import { ERASURE_REQUESTS } from '../../schemas/pipeline/tables.ts';
import type { AnonymizedEvent, Kept, Refused } from '../../schemas/topics/anonymized.ts';
import { type Outcome, type Reject, reject } from '../runtime/outcome.ts';
import type { Rows } from '../runtime/rows/event-rows.ts';

/** The name of this stage in outcomes and dead letters. */
export const STAGE = 'enricher';

/** Creates the stage that flattens a cleaned report into rows; a pure function of the event. */
export const createEnrich =
  (catalog: ProductCatalog) =>
  (event: AnonymizedEvent, kept: Kept): Exclude<Outcome<Rows>, { kind: 'drop' }> => {
    if (kept.kind === erasureKind(event.product)) {
      const { forever, suppression } = JSON.parse(kept.document) as Erasure;
      return { kind: 'emit', event: { [ERASURE_REQUESTS]: [{ forever, suppression }] } };
    }
    const kind = catalog.kinds.get(kept.kind);
    if (kind === undefined) return reject('unknown_kind', '', kept.kind);
    try {
      const context = { receivedAtMs: event.received_at, addressHash: kept.address_hash, region: kept.region };
      return { kind: 'emit', event: kind.flatten(JSON.parse(kept.document), context) };
    } catch (error) {
      // Whatever a client managed to make us throw is its own dead letter, never the end of the worker.
      return reject('stage_failed', error instanceof Error ? error.name : '', kept.kind);
    }
  };

/** The rows of an event that is stored, and the one that says so. */
export const storedRows = (event: AnonymizedEvent, kept: Kept, rows: Rows): Rows => ({
  ...rows,
  unknown_fields: kept.unknown_fields.map((path) => ({ kind: kept.kind, path })),
  outcomes: [
    {
      kind: kept.kind,
      outcome: 'stored',
      stage: STAGE,
      reason: '',
      bytes: event.bytes,
      rows: Object.values(rows).reduce((sum, tableRows) => sum + (tableRows?.length ?? 0), 0),
      replay_of: event.replay_of,
    },
  ],
});

/** What this stage refuses, in the form in which the stage before hands refusals on. */
export const refusedHere = (rejected: Reject): Refused => ({
  outcome: 'reject',
  kind: rejected.documentKind,
  stage: STAGE,
  reason: rejected.reason,
  detail: rejected.detail,
  body_sha256: '',
});
