import type { Mark, StateStore } from './state/state-store.ts';

const DAY_MS = 86_400_000;

/** How long a day's counts are kept for the sink, which writes them down every minute: so long may it be away. */
const KEPT_DAYS = 3;

/** Runs of edge processes that are told apart on one day; what more of them accept is not counted. */
const MAX_RUNS = 1_000;

/** Places of runs that are looked at in one round trip: more than there are on most days. */
const RUNS_AT_ONCE = 50;

/** What one run of an edge process has made durable of the events received on one UTC day. No number ever falls. */
export interface AcceptedCounts {
  /** Random id of the run. */
  readonly run: string;
  /** Such as 2026-11-21. */
  readonly day: string;
  readonly products: ReadonlyMap<string, number>;
  /** Events that have been in its spool, those of earlier runs that it found there included. */
  readonly spooled: number;
  /** Those of them that are not there any more. */
  readonly unspooled: number;
}

/** The UTC day of a moment (ms since 1970), such as 2026-11-21. */
export const utcDateOf = (timeMs: number): string => new Date(timeMs).toISOString().slice(0, 10);

/** The days whose counts are kept, the newest first. */
export const countedDays = (nowMs: number): readonly string[] =>
  Array.from({ length: KEPT_DAYS }, (_, back) => utcDateOf(nowMs - back * DAY_MS));

const placeKey = (day: string, place: number): string => `accepted/${day}/${place}`;
const countKey = (day: string, run: string, name: string): string => `accepted/${day}/${run}/${name}`;

/** Names of the counts of a run that are no product's. */
const [SPOOLED, UNSPOOLED] = ['+spooled', '+unspooled'];

/** Takes a place on the day's list of runs, where the sink finds it; the same one again if it has one. */
const enlist = async (state: StateStore, day: string, run: string): Promise<boolean> => {
  const name = Buffer.from(run);
  for (let place = 0; place < MAX_RUNS; place += 1) {
    const there = await state.createOnce(placeKey(day, place), name, KEPT_DAYS * DAY_MS);
    if (there.equals(name)) return true;
  }
  return false;
};

/**
 * Leaves the counts of a run for the sink.
 *
 * @throws RetryableError when the state store is away: the next ones say it all.
 */
export const leaveCounts = async (state: StateStore, counts: AcceptedCounts): Promise<void> => {
  const { run, day, products, spooled, unspooled } = counts;
  if (!(await enlist(state, day, run))) return;
  // In this order, so that whoever reads between two of them never finds an event accepted that is nowhere.
  const numbers = [[SPOOLED, spooled] as const, ...products, [UNSPOOLED, unspooled] as const];
  const marks = numbers.map(([name, number]): Mark => ({ key: countKey(day, run, name), number }));
  await state.raiseMany(marks, KEPT_DAYS * DAY_MS);
};

const readRuns = async (state: StateStore, day: string): Promise<readonly string[]> => {
  const runs: string[] = [];
  for (let from = 0; from < MAX_RUNS; from += RUNS_AT_ONCE) {
    const keys = Array.from({ length: RUNS_AT_ONCE }, (_, index) => placeKey(day, from + index));
    const found = (await state.getMany(keys)).flatMap((run) => run?.toString() ?? []);
    runs.push(...found);
    if (found.length < RUNS_AT_ONCE) break;
  }
  return runs;
};

/**
 * The counts that runs have left for one day, of some products.
 *
 * @throws RetryableError when the state store is away.
 */
export const readCounts = async (
  state: StateStore,
  day: string,
  products: readonly string[],
): Promise<readonly AcceptedCounts[]> => {
  const names = [SPOOLED, UNSPOOLED, ...products];
  const runs = await readRuns(state, day);
  const found = await state.getMany(runs.flatMap((run) => names.map((name) => countKey(day, run, name))));
  return runs.map((run, index) => {
    const numbers = found.slice(index * names.length, (index + 1) * names.length);
    const [spooled, unspooled, ...accepted] = numbers.map((number) => number && Number(number));
    // What a run has accepted nothing of is left out, as it leaves no number.
    const known = products.flatMap((product, at) => {
      const count = accepted[at];
      return count === undefined ? [] : [[product, count] as const];
    });
    return { run, day, spooled: spooled ?? 0, unspooled: unspooled ?? 0, products: new Map(known) };
  });
};
