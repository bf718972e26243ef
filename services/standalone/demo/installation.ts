import { addressSomewhere } from './countries.ts';
import type { Random } from './random.ts';

/** A day in ms. */
export const DAY_MS = 86_400_000;

/** The time that is simulated: whole days, ms since 1970. */
export interface Period {
  readonly startMs: number;
  readonly endMs: number;
}

/** A day of the period, UTC. */
export interface Day {
  readonly startMs: number;
  readonly isWorkday: boolean;
}

/** What every simulated installation has, whatever its product. */
export interface Installation {
  /** From when to when it reports; both at midnight, and both may lie outside of the period. */
  readonly installedAtMs: number;
  readonly removedAtMs: number;
  /** How long after a release its operators install it; infinite where they never do. */
  readonly upgradeLagMs: number;
  /** Address that its requests come from. */
  readonly address: string;
  /** When it reports, ms after midnight. */
  readonly reportsAtMs: number;
}

/** One request as a product's client makes it. */
export interface ClientRequest {
  /** When the edge receives it, ms since 1970. */
  readonly receivedAtMs: number;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The document as it is sent, envelope and all, before it is compressed; a buffer where it is no JSON. */
  readonly document: unknown;
}

/** A simulated installation at work: what its clients send on a day. To be called for one day after the other. */
export type ReportsOfDay = (day: Day) => readonly ClientRequest[];

/** Makes an installation of a product, out of random numbers and nothing else. */
export type Simulate = (random: Random, installation: Installation, period: Period) => ReportsOfDay;

/** Of the installations of a month, this share is new and that share goes away. */
const NEW_SHARE = 0.2;
const REMOVED_SHARE = 0.1;

/** Half of those that were there before are younger than this. */
const MEDIAN_AGE_DAYS = 400;

/** Operators that follow the releases do so after this time on average; the others stay with what they have. */
const MEAN_UPGRADE_LAG_DAYS = 45;
const NEVER_UPGRADES_SHARE = 0.15;

/** Makes the lifetime and the habits of an installation. */
export const installationIn = (random: Random, { startMs, endMs }: Period): Installation => {
  const days = Math.round((endMs - startMs) / DAY_MS);
  const isNew = random.chance(NEW_SHARE);
  const ageDays = Math.ceil(random.size(MEDIAN_AGE_DAYS, 0.9));
  const installedAtMs = startMs + DAY_MS * (isNew ? random.integer(0, days - 1) : -ageDays);
  const firstDay = Math.max(0, (installedAtMs - startMs) / DAY_MS);
  return {
    installedAtMs,
    removedAtMs: random.chance(REMOVED_SHARE)
      ? startMs + DAY_MS * random.integer(firstDay + 1, Math.max(days, firstDay + 1))
      : Number.POSITIVE_INFINITY,
    upgradeLagMs: random.chance(NEVER_UPGRADES_SHARE)
      ? Number.POSITIVE_INFINITY
      : DAY_MS * random.wait(MEAN_UPGRADE_LAG_DAYS),
    address: addressSomewhere(random),
    reportsAtMs: random.integer(0, DAY_MS - 1),
  };
};
