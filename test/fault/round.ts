import { setTimeout as sleep } from 'node:timers/promises';
import { Random } from '../../services/standalone/demo/random.ts';
import { type Audit, audit } from './audit.ts';
import { Ledger } from './ledger.ts';
import { startLoad } from './load.ts';
import type { BoundFault, Site } from './site.ts';
import { readBalance, readStoredEvents, type Window } from './stored-events.ts';

/** Which round is played, and with how much load. */
export interface RoundPlan {
  readonly seed: number;
  readonly number: number;
  readonly reportsPerSecond: number;
  readonly retryingShare: number;
}

/** A round that was played. */
export interface Round {
  readonly ledger: Ledger;
  readonly window: Window;
  readonly audit: Audit;
  /** From the strike to the end of the heal, in ms. */
  readonly outageMs: number;
  /** From the end of the heal until all was stored, in ms; undefined when it was not in {@link SETTLE_TIMEOUT_MS}. */
  readonly recoveryMs: number | undefined;
  /** Processes that ended without having been asked to: what each said last. */
  readonly unaskedEnds: readonly string[];
  /** What went wrong beside the reports. */
  readonly trouble: readonly string[];
}

/** Reports that are acknowledged before a fault strikes: every stage has work then. */
const REPORTS_BEFORE = 150;

/** The fault strikes at a random moment of this time after that. */
const STRIKE_WITHIN_MS = 1_000;

/** Reports that are acknowledged after the heal: what comes back must work, and must not take new reports for old ones. */
const REPORTS_AFTER = 200;

/** Longest wait for everything to be stored: several times the longest that was seen. */
const SETTLE_TIMEOUT_MS = 120_000;

/** Time between two looks. */
const LOOK_MS = 100;

const untilSettled = async (site: Site): Promise<boolean> => {
  for (const deadline = Date.now() + SETTLE_TIMEOUT_MS; Date.now() < deadline; await sleep(LOOK_MS)) {
    if (await site.isSettled()) return true;
  }
  return false;
};

/** Puts load on a site, strikes it, heals it, waits until all is stored, and compares what is there with what was sent. */
export const playRound = async (site: Site, fault: BoundFault, plan: RoundPlan): Promise<Round> => {
  const { seed, number, reportsPerSecond, retryingShare } = plan;
  const random = new Random(seed, 2 * number);
  const ledger = new Ledger(`${random.hex(8).toUpperCase()}-round-${number}`);
  const trouble: string[] = [];
  const attempt = async (what: string, work: () => Promise<void>): Promise<void> => {
    await work().catch((error: Error) => trouble.push(`${what}: ${error.message}`));
  };
  const fromMs = Date.now();
  const { edgeUrl, refusesLines } = site;
  const options = { edgeUrl, refusesLines, ledger, reportsPerSecond, retryingShare };
  const load = startLoad({ ...options, random: new Random(seed, 2 * number + 1) });
  await attempt('before the fault', () => load.acknowledged(REPORTS_BEFORE));
  await attempt('beforehand', fault.beforehand);
  await sleep(random.integer(0, STRIKE_WITHIN_MS));
  if (fault.strikesAtRest) {
    await load.pause();
    await untilSettled(site);
  }
  const feltBefore = fault.felt() ?? -1;
  const endsBefore = site.unaskedEnds().length;
  const struckAt = performance.now();
  await attempt('strike', fault.strike);
  await sleep(fault.lastsMs);
  if (fault.felt() === feltBefore) trouble.push('nobody has noticed the fault');
  await attempt('heal', fault.heal);
  const healedAt = performance.now();
  load.resume();
  await attempt('after the fault', () => load.acknowledged(REPORTS_AFTER));
  await load.stop();
  const isSettled = await untilSettled(site);
  const recoveryMs = isSettled ? Math.round(performance.now() - healedAt) : undefined;
  await attempt('afterwards', fault.afterwards);
  const refused = ledger.countAnswers('refused');
  if (fault.refusesNothing && refused > 0) trouble.push(`${refused} reports were refused`);
  const balance = Object.entries(await readBalance(site)).filter(([, events]) => events !== 0);
  for (const [what, events] of balance) trouble.push(`the balance tells of ${events} ${what} events`);
  const window = { fromMs, untilMs: Date.now() };
  return {
    ledger,
    window,
    audit: audit(ledger, await readStoredEvents(site, window)),
    outageMs: Math.round(healedAt - struckAt),
    recoveryMs,
    unaskedEnds: site.unaskedEnds().slice(endsBefore),
    trouble,
  };
};
