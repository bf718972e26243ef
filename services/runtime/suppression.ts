import { createHmac, randomBytes } from 'node:crypto';
import { FOREVER_MS } from '../../schemas/pipeline/erasure.ts';
import type { Secret } from './secret.ts';
import type { StateStore } from './state/state-store.ts';

const DAY_MS = 86_400_000;

/**
 * How long an opt-out is remembered: what was received before it may stand in the raw log for a week, and before that in the
 * spool of an edge. The sink looks back as far.
 */
export const OPT_OUT_TTL_MS = 45 * DAY_MS;

/** As long as a state store keeps anything: a century. */
const FOREVER_TTL_MS = 36_500 * DAY_MS;

/** An installation whose reports are kept out. */
export interface Suppression {
  /** See {@link suppressionName}. */
  readonly name: string;
  /** Reports received until then are kept out; ms since 1970. */
  readonly untilMs: number;
}

const SALT_BYTES = 32;

/** The key of the names on the list: the one configured, or a random one that the state store keeps, if it is durable. */
export const loadSuppressionSalt = async (state: StateStore, configured: Secret | undefined): Promise<Buffer> =>
  configured
    ? Buffer.from(configured.reveal())
    : state.createOnce('suppression-salt', randomBytes(SALT_BYTES), FOREVER_TTL_MS);

const keyOf = (name: string): string => `suppressed/${name}`;

/** The name of an installation's entry: a keyed hash, from which nobody finds out the id. */
export const suppressionName = (salt: Buffer, product: string, installationId: string): string =>
  createHmac('sha256', salt)
    .update(JSON.stringify([product, installationId]))
    .digest('base64url');

/**
 * Puts installations on the suppression list; an entry that reaches further stays.
 *
 * @throws RetryableError when the state store is away.
 */
export const suppress = async (state: StateStore, suppressions: readonly Suppression[]): Promise<void> => {
  const raise = (some: readonly Suppression[], ttlMs: number): Promise<void> =>
    state.raiseMany(
      some.map(({ name, untilMs }) => ({ key: keyOf(name), number: untilMs })),
      ttlMs,
    );
  await raise(
    suppressions.filter(({ untilMs }) => untilMs !== FOREVER_MS),
    OPT_OUT_TTL_MS,
  );
  await raise(
    suppressions.filter(({ untilMs }) => untilMs === FOREVER_MS),
    FOREVER_TTL_MS,
  );
};

/** Until when the reports of installations are kept out, by name, in one round trip; those not on the list are missing. */
export const loadSuppressions = async (
  state: StateStore,
  names: ReadonlySet<string>,
): Promise<ReadonlyMap<string, number>> => {
  const all = [...names];
  const untils = await state.getMany(all.map(keyOf));
  return new Map(all.flatMap((name, index) => (untils[index] ? [[name, Number(untils[index])] as const] : [])));
};
