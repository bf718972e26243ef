import { createHash } from 'node:crypto';
import type { Lineage } from '../../schemas/topics/anonymized.ts';
import type { RawEvent } from '../../schemas/topics/raw.ts';
import { drop, type Outcome } from '../runtime/outcome.ts';
import type { Entry, StateStore } from '../runtime/state/state-store.ts';
import type { Anonymized } from './anonymize.ts';

/** How long a report is known to have come already: clients try again within minutes, the edge's spool within a day. */
const CLAIM_TTL_MS = 48 * 3_600_000;

/** An event, where it stands, and what the stage makes of it. */
export interface Judged {
  readonly raw: RawEvent;
  readonly lineage: Lineage;
  readonly outcome: Outcome<Anonymized>;
}

/** Hashed, so that the state store never holds the id of an installation. */
const keyOf = (...parts: readonly string[]): string =>
  `claim/${createHash('sha256').update(JSON.stringify(parts)).digest('base64url')}`;

/** The report that a raw event carries: a replay carries the one that was refused. */
const reportIdOf = ({ event_id, replay_of }: RawEvent): string => replay_of ?? event_id;

const identityKeyOf = (outcome: Outcome<Anonymized>): string | undefined => {
  if (outcome.kind !== 'emit' || outcome.event.identity === null) return undefined;
  const { kind, installation_id } = outcome.event.kept;
  return keyOf('identity', kind, installation_id, outcome.event.identity);
};

/** What an event claims for itself. */
interface Claim extends Entry {
  readonly event: Judged;
}

/**
 * An event claims its report's identity, or its own id where there is none. A replay claims both: its id tells two runs of the
 * same replay apart, which share the identity that the refused event may have claimed.
 */
const claimsOf = (event: Judged): readonly Claim[] => {
  const { raw, lineage, outcome } = event;
  // Its id is made of its place, and the same place in another log is another event.
  if (outcome.kind === 'reject' && outcome.reason === 'envelope_undecodable') return [];
  const { generation, partition, offset } = lineage;
  const value = Buffer.from(`${reportIdOf(raw)}/${generation}/${partition}/${offset}`);
  const identityKey = identityKeyOf(outcome);
  const claims: Claim[] = [];
  if (identityKey === undefined || raw.replay_of !== null)
    claims.push({ event, key: keyOf('event', raw.event_id), value });
  if (identityKey !== undefined) claims.push({ event, key: identityKey, value });
  return claims;
};

/** Whether somebody else holds a claim: neither the event itself nor, for an identity, the refused one that it replays. */
const isTaken = ({ event, key, value }: Claim, owner: Buffer | undefined): boolean => {
  if (owner === undefined || owner.equals(value)) return false;
  const isIdentity = key === identityKeyOf(event.outcome);
  return !(isIdentity && owner.toString().startsWith(`${event.raw.replay_of}/`));
};

/**
 * The outcomes of a batch, in order, where a report that has come before is a duplicate. A claim belongs to a place in the raw
 * log: a batch that comes again after a crash finds its own.
 *
 * @throws RetryableError when the state store is away.
 */
export const dropDuplicates = async (
  state: StateStore,
  events: readonly Judged[],
): Promise<readonly Outcome<Anonymized>[]> => {
  const claims = events.flatMap(claimsOf);
  const owners = await state.createOnceMany(claims, CLAIM_TTL_MS);
  const duplicates = new Set(claims.filter((claim, index) => isTaken(claim, owners[index])).map(({ event }) => event));
  return events.map((event) => {
    const { outcome } = event;
    if (!duplicates.has(event)) return outcome;
    return drop('duplicate', outcome.kind === 'emit' ? outcome.event.kept.kind : outcome.documentKind);
  });
};
