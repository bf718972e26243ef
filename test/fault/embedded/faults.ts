import { eventually } from '../../support/eventually.ts';
import type { NetworkFault } from '../../support/faulty-proxy.ts';
import { AWAY_MS, type Fault, frozen, killed, killedInTheMiddle, terminated } from '../fault.ts';
import type { EmbeddedSite, ExternalSite, SmallDiskSite } from './site.ts';

/** Longer than a client of the edge waits for its answer, 5 s. */
const BEYOND_ANSWER_MS = 6_000;

const STALL_MS = 4_000;

/** Everything that goes wrong around the pipeline in one process. */
export const EMBEDDED_FAULTS: readonly Fault<EmbeddedSite>[] = [
  killed('the pipeline'),
  frozen('the pipeline', BEYOND_ANSWER_MS),
  terminated('the pipeline'),
  killed('ClickHouse'),
  frozen('ClickHouse', STALL_MS),
  {
    name: 'the log is removed and made anew',
    lastsMs: 0,
    strikesAtRest: true,
    strike: async ({ parts, removeLog }) => {
      await parts['the pipeline'].terminate();
      await removeLog();
    },
    heal: ({ parts }) => parts['the pipeline'].start(),
  },
];

const network = (name: string, fault: NetworkFault): Fault<ExternalSite> => ({
  name,
  lastsMs: STALL_MS,
  felt: ({ clickHouseProxy }) => clickHouseProxy.hits(),
  strike: ({ clickHouseProxy }) => clickHouseProxy.fail(fault),
  heal: ({ clickHouseProxy }) => clickHouseProxy.fail('none'),
});

/** Everything that goes wrong between the pipeline in one process and a ClickHouse beside it. */
export const EXTERNAL_FAULTS: readonly Fault<ExternalSite>[] = [
  {
    // What it has inserted is stored, and not committed: the tables alone can tell.
    name: "the pipeline is killed while ClickHouse's answers are lost",
    lastsMs: AWAY_MS,
    strike: async ({ parts, clickHouseProxy }) => {
      clickHouseProxy.fail('answers lost');
      await eventually('an answer to be lost', STALL_MS, () => clickHouseProxy.hits() > 0 || undefined);
      await parts['the pipeline'].kill();
    },
    heal: async ({ parts, clickHouseProxy }) => {
      clickHouseProxy.fail('none');
      await parts['the pipeline'].start();
    },
  },
  killed('ClickHouse'),
  killedInTheMiddle,
  network('the connection to ClickHouse is reset after the body', 'reset after the body'),
  network("ClickHouse's answers are lost", 'answers lost'),
  network("ClickHouse's answers are slow", 'slow answers'),
];

/** What goes wrong with the disk of the log. */
export const SMALL_DISK_FAULTS: readonly Fault<SmallDiskSite>[] = [
  {
    name: 'the disk of the log is full',
    lastsMs: STALL_MS,
    needsMount: true,
    strike: ({ disk }) => disk.fill(),
    heal: ({ disk }) => disk.free(),
  },
];
