import { type Erasure, erasureKind, FOREVER_MS } from '../../schemas/pipeline/erasure.ts';
import { drop } from '../runtime/outcome.ts';
import type { StateStore } from '../runtime/state/state-store.ts';
import { loadSuppressions, type Suppression, suppress } from '../runtime/suppression.ts';
import type { Judged } from './claims.ts';

const requestOf = ({ raw, outcome }: Judged): Suppression | undefined => {
  if (outcome.kind !== 'emit' || outcome.event.kept.kind !== erasureKind(raw.product)) return undefined;
  const { forever, suppression } = JSON.parse(outcome.event.kept.document) as Erasure;
  return { name: suppression, untilMs: forever ? FOREVER_MS : raw.received_at };
};

/**
 * A batch without the reports of installations that are on the suppression list. The batch's own requests for erasure are put on it
 * first: whatever is read from now on knows of them before anything follows from them.
 *
 * @throws RetryableError when the state store is away.
 */
export const dropSuppressed = async (
  state: StateStore,
  nameOf: (product: string, installationId: string) => string,
  events: readonly Judged[],
): Promise<readonly Judged[]> => {
  const requests = new Map(events.map((event) => [event, requestOf(event)] as const));
  await suppress(
    state,
    [...requests.values()].filter((request) => request !== undefined),
  );
  const names = new Map<Judged, string>();
  for (const event of events) {
    const { raw, outcome } = event;
    if (outcome.kind !== 'emit' || outcome.event.kept.installation_id === '' || requests.get(event)) continue;
    names.set(event, nameOf(raw.product, outcome.event.kept.installation_id));
  }
  const untils = await loadSuppressions(state, new Set(names.values()));
  return events.map((event) => {
    const untilMs = untils.get(names.get(event) ?? '');
    if (untilMs === undefined || event.raw.received_at > untilMs || event.outcome.kind !== 'emit') return event;
    return { ...event, outcome: drop('suppressed', event.outcome.event.kept.kind) };
  });
};
