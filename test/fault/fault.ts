import { setTimeout as sleep } from 'node:timers/promises';
import type { FaultyProxy } from '../support/faulty-proxy.ts';

/** Something that goes wrong, and how it is put right. */
export interface Fault<Site> {
  /** Reads as a sentence. */
  readonly name: string;
  /** How long it stays wrong, in ms. */
  readonly lastsMs: number;
  /** Set where the fault would destroy what was accepted: reports are held back, and all is stored, before it strikes. */
  readonly strikesAtRest?: boolean;
  /** Set where a round takes minutes: left out where only one round of each is asked for. */
  readonly isLong?: boolean;
  /** Set where file systems must be mounted, which only the superuser may. */
  readonly needsMount?: boolean;
  /** Set where no report may be refused. */
  readonly refusesNothing?: boolean;
  /** Counts something that must have happened between strike and heal: a fault that nobody noticed proves nothing. */
  readonly felt?: (site: Site) => number;
  /** Done before the strike: what the fault needs, and is no part of the outage. */
  readonly beforehand?: (site: Site) => Promise<void> | void;
  readonly strike: (site: Site) => Promise<void> | void;
  readonly heal: (site: Site) => Promise<void> | void;
  /** Undone when everything is stored again: what belongs to the fault, and would be in the way of its recovery. */
  readonly afterwards?: (site: Site) => Promise<void> | void;
}

/** A process that faults are done to. */
export interface Part {
  /** Ends it with SIGKILL; it stays away until it is started. */
  kill(): Promise<void>;
  /** Starts it again; need not wait until it works. */
  start(): Promise<void>;
  /** Stops it in the middle of whatever it does (SIGSTOP); its connections stay open and silent. */
  freeze(): Promise<void> | void;
  /** Lets it go on (SIGCONT). */
  thaw(): Promise<void> | void;
}

/** A part that can be asked to end. */
export interface Program extends Part {
  /** Ends it with SIGTERM. @throws Error when it does not end with 0. */
  terminate(): Promise<void>;
}

/** How long a killed process is away: some seconds' reports. */
export const AWAY_MS = 2_000;

/** `name` is killed in the middle of its work. */
export const killed = <Name extends string>(name: Name): Fault<{ readonly parts: Readonly<Record<Name, Part>> }> => ({
  name: `${name} is killed`,
  lastsMs: AWAY_MS,
  strike: ({ parts }) => parts[name].kill(),
  heal: ({ parts }) => parts[name].start(),
});

/** Times that ClickHouse is killed in one round: the moment between two of its own steps is short. */
const KILLS = 3;

/** Longest wait for an insert; a sink that was away is back by then. */
const INSERT_TIMEOUT_MS = 60_000;

const noInsert = async (): Promise<never> => {
  await sleep(INSERT_TIMEOUT_MS, undefined, { ref: false });
  throw new Error(`no insert came within ${INSERT_TIMEOUT_MS} ms`);
};

/** ClickHouse is killed when it has all of an insert and has not answered. */
export const killedInTheMiddle: Fault<{
  readonly parts: Readonly<Record<'ClickHouse', Part>>;
  readonly clickHouseProxy: FaultyProxy;
}> = {
  name: 'ClickHouse is killed in the middle of inserts',
  lastsMs: 0,
  strike: async ({ parts, clickHouseProxy }) => {
    for (let kills = 0; kills < KILLS; kills += 1) {
      await Promise.race([clickHouseProxy.bodyPassed('candor.outcomes'), noInsert()]);
      await parts.ClickHouse.kill();
      await parts.ClickHouse.start();
    }
  },
  heal: () => undefined,
};

/** `name` stands still for a time. */
export const frozen = <Name extends string>(
  name: Name,
  lastsMs: number,
): Fault<{ readonly parts: Readonly<Record<Name, Part>> }> => ({
  name: `${name} stands still for ${lastsMs / 1_000} s`,
  lastsMs,
  strike: ({ parts }) => parts[name].freeze(),
  heal: ({ parts }) => parts[name].thaw(),
});

/** `name` is told to end, and started again. */
export const terminated = <Name extends string>(
  name: Name,
): Fault<{ readonly parts: Readonly<Record<Name, Program>> }> => ({
  name: `${name} is told to stop`,
  lastsMs: AWAY_MS,
  strike: ({ parts }) => parts[name].terminate(),
  heal: ({ parts }) => parts[name].start(),
});
