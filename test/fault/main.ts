import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { canMount } from '../support/small-disk.ts';
import { audit } from './audit.ts';
import { matrixOf, type ScheduledRound, schedule } from './matrix.ts';
import { readOptions } from './options.ts';
import { playRound } from './round.ts';
import type { Site, SiteKind, StartedSite } from './site.ts';
import { readStoredEvents } from './stored-events.ts';
import { failuresOf, lineOf, type PlayedRound, recoveriesOf, totalsOf } from './summary.ts';

// `npm run test:faults`: rounds of load with one fault each; after each, what is stored is compared with what was sent. Ends
// with 1 when a report was lost, stored twice or in part, or when something that was accepted never got stored.
const options = readOptions(process.argv.slice(2));
const { seed, reportsPerSecond } = options;

/** Share of the clients that send a report without an answer again. */
const RETRYING_SHARE = 0.5;

const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

// What was started ends with this process: see the processes' own `exit` handlers.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(signal, () => {
    say(`ended by ${signal}`);
    process.exit(1);
  });
}

const writeLogs = async (site: Site): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'candor-faults-'));
  for (const [name, text] of Object.entries(site.logs())) await writeFile(join(folder, `${name}.log`), text);
  return folder;
};

const tell = async (played: PlayedRound, site: Site): Promise<void> => {
  say(lineOf(played));
  for (const end of played.round.unaskedEnds) say(`    ended unasked: ${end}`);
  const failures = failuresOf(played.round);
  if (failures.length === 0) return;
  for (const failure of failures.slice(0, 20)) say(`    ${failure}`);
  if (failures.length > 20) say(`    and ${failures.length - 20} more`);
  say(`    logs: ${await writeLogs(site)}`);
  const rounds = options.rounds === undefined ? '' : ` --rounds ${options.rounds}`;
  const fault = options.fault === '' ? '' : ` --fault '${options.fault}'`;
  const again = `--seed ${seed}${rounds}${fault} --round ${played.number} --rate ${reportsPerSecond}`;
  say(`    again: npm run test:faults -- ${again}`);
};

/** Rounds on the sites of one log, one after another; a site that is stuck is given up. */
const playLane = async (rounds: readonly ScheduledRound[]): Promise<readonly PlayedRound[]> => {
  await using stack = new AsyncDisposableStack();
  const sites = new Map<SiteKind, StartedSite>();
  const siteOf = async (kind: SiteKind): Promise<StartedSite> => {
    const found = sites.get(kind);
    if (found) return found;
    say(`starting: ${kind.name}`);
    const started = stack.adopt(await kind.start(), ({ site }) => site.close());
    sites.set(kind, started);
    return started;
  };
  const played: (PlayedRound & { readonly where: Site })[] = [];
  const stuck = new Set<SiteKind>();
  for (const { number, kind, fault } of rounds) {
    if (stuck.has(kind)) continue;
    const { site, faults } = await siteOf(kind);
    const bound = faults.find(({ name }) => name === fault);
    if (bound === undefined) throw new Error(`${kind.name} knows no fault ${fault}`);
    const plan = { seed, number, reportsPerSecond, retryingShare: RETRYING_SHARE };
    const round = await playRound(site, bound, plan);
    played.push({ number, site: kind.name, fault, round, where: site });
    await tell({ number, site: kind.name, fault, round }, site);
    if (round.recoveryMs === undefined) stuck.add(kind);
  }
  // What came late, or went away again, since each round was looked at.
  const final: PlayedRound[] = [];
  for (const { where, ...each } of played) {
    const again = audit(each.round.ledger, await readStoredEvents(where, each.round.window));
    const violations = [...each.round.audit.violations, ...again.violations];
    final.push({ ...each, round: { ...each.round, audit: { ...again, violations } } });
  }
  return final;
};

const withMounts = canMount();
if (!withMounts) {
  say('SKIPPED: full disks: this process may not mount file systems; run it as root');
  // Nothing may be skipped there.
  if (process.env.CI) process.exit(1);
}
const matrix = matrixOf({ withLong: options.rounds !== undefined || options.fault !== '', withMounts });
const wanted = schedule(seed, matrix, options.rounds ?? matrix.length).filter(
  ({ number, kind, fault }) =>
    (options.round === undefined || number === options.round) &&
    (options.log === undefined || kind.log === options.log) &&
    fault.includes(options.fault),
);
say(`${wanted.length} rounds, --seed ${seed}, ${reportsPerSecond} reports/s`);
const lanes = [...Map.groupBy(wanted, ({ kind }) => kind.log).values()];
const played = (await Promise.all(lanes.map(playLane))).flat();
say(`\n${totalsOf(played)}\n\n${recoveriesOf(played)}\n`);
const failed = played.filter(({ round }) => failuresOf(round).length > 0);
say(failed.length === 0 ? 'every report is stored exactly once' : `${failed.length} rounds FAILED, --seed ${seed}`);
if (played.length < wanted.length) say(`${wanted.length - played.length} rounds were not played`);
process.exit(failed.length === 0 && played.length === wanted.length && played.length > 0 ? 0 : 1);
