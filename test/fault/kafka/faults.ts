import { setTimeout as sleep } from 'node:timers/promises';
import { TOPICS } from '../../../schemas/topics/topics.ts';
import { eventually } from '../../support/eventually.ts';
import type { NetworkFault } from '../../support/faulty-proxy.ts';
import { AWAY_MS, type Fault, frozen, killed, killedInTheMiddle, terminated } from '../fault.ts';
import { keepRecordsFor, removedRawRecords } from './retention.ts';
import type { KafkaSite } from './site.ts';

/** Longer than Kafka waits for a member of a group before it gives its partitions to another, 15 s. */
const BEYOND_SESSION_MS = 16_000;

/** Longer than a client of the edge waits for its answer, 5 s. */
const BEYOND_ANSWER_MS = 6_000;

/** Longer than one of our requests to Kafka waits for its answer, 8 s. */
const BEYOND_REQUEST_MS = 9_000;

const STALL_MS = 4_000;

/** Time in which reports that have waited are claimed, and their clients not yet back. */
const CLAIMING_MS = 400;

/** Time in which reports get into the spool, before its disk fills up. */
const SPOOLING_MS = 2_000;

/** Time for a second sink to start on a busy machine and to take its first partition from the other. */
const TAKE_OVER_TIMEOUT_MS = 60_000;

/** Starts a sink in the other one's way; resolves when one of them has been refused by the server, and so has ended. */
const startTwinSink = async (site: KafkaSite): Promise<void> => {
  const before = site.unaskedEnds().length;
  await site.twinSink.start();
  await eventually('a sink to be refused', TAKE_OVER_TIMEOUT_MS, () => site.unaskedEnds().length > before || undefined);
};

const network = (name: string, fault: NetworkFault): Fault<KafkaSite> => ({
  name,
  lastsMs: STALL_MS,
  felt: ({ clickHouseProxy }) => clickHouseProxy.hits(),
  strike: ({ clickHouseProxy }) => clickHouseProxy.fail(fault),
  heal: ({ clickHouseProxy }) => clickHouseProxy.fail('none'),
});

/** The registry is asked at a start only, so somebody starts while it is away. */
const withoutRegistry = (fault: Fault<KafkaSite>): Fault<KafkaSite> => ({
  ...fault,
  name: `${fault.name} while the enricher starts`,
  strike: async (site) => {
    await fault.strike(site);
    await site.parts['the enricher'].terminate();
    await site.parts['the enricher'].start();
  },
});

/** A day, at the scale of the faults that last one: a second stands for an hour. */
const DAY_MS = 24_000;

/** What Kafka keeps at that scale: half of the week that it keeps in truth, and room for a machine that is slow. */
const RETENTION_MS = 84_000;

/** What Kafka keeps otherwise: longer than any run. */
const ORDINARY_RETENTION_MS = TOPICS.raw.kafka.retentionMs;

/** Time for Kafka to begin to remove what is older. */
const REMOVAL_TIMEOUT_MS = 2 * RETENTION_MS;

/** Outages of a day at the scale of 1 to 3,600, with a retention and a spool of that scale. */
const DAY_FAULTS: readonly Fault<KafkaSite>[] = [
  {
    name: 'ClickHouse is away for a day',
    lastsMs: DAY_MS,
    isLong: true,
    refusesNothing: true,
    beforehand: async ({ asAdmin }) => {
      await asAdmin((admin) => keepRecordsFor(admin, RETENTION_MS));
      const removed = await asAdmin(removedRawRecords);
      await eventually('Kafka to remove what is old', REMOVAL_TIMEOUT_MS, async () =>
        (await asAdmin(removedRawRecords)) > removed ? true : undefined,
      );
    },
    strike: ({ parts }) => parts.ClickHouse.freeze(),
    heal: ({ parts }) => parts.ClickHouse.thaw(),
    afterwards: ({ asAdmin }) => asAdmin((admin) => keepRecordsFor(admin, ORDINARY_RETENTION_MS)),
  },
  {
    name: 'Kafka is away for a day',
    lastsMs: DAY_MS,
    isLong: true,
    refusesNothing: true,
    strike: ({ parts }) => parts.Kafka.kill(),
    heal: ({ parts }) => parts.Kafka.start(),
  },
];

/** Everything that goes wrong around services as processes of their own. */
export const KAFKA_FAULTS: readonly Fault<KafkaSite>[] = [
  ...DAY_FAULTS,
  killed('the edge'),
  killed('the anonymizer'),
  killed('the enricher'),
  killed('the sink'),
  frozen('the edge', BEYOND_ANSWER_MS),
  frozen('the anonymizer', BEYOND_SESSION_MS),
  frozen('the enricher', BEYOND_SESSION_MS),
  frozen('the sink', BEYOND_SESSION_MS),
  terminated('the edge'),
  terminated('the anonymizer'),
  terminated('the enricher'),
  terminated('the sink'),
  killed('Kafka'),
  killed('Redis'),
  {
    // The edge takes what has waited, whose clients have given up; Redis dies with their claims, before they send again.
    name: 'Redis is killed while reports are sent again',
    lastsMs: BEYOND_ANSWER_MS,
    strike: ({ parts }) => parts['the edge'].freeze(),
    heal: async ({ parts }) => {
      await parts['the edge'].thaw();
      await sleep(CLAIMING_MS);
      await parts.Redis.kill();
      await parts.Redis.start();
    },
  },
  withoutRegistry(killed('the registry')),
  killed('ClickHouse'),
  killedInTheMiddle,
  frozen('Kafka', BEYOND_REQUEST_MS),
  frozen('Redis', STALL_MS),
  withoutRegistry(frozen('the registry', STALL_MS)),
  frozen('ClickHouse', STALL_MS),
  network('the connection to ClickHouse is reset after the body', 'reset after the body'),
  network("ClickHouse's answers are lost", 'answers lost'),
  network("ClickHouse's answers are slow", 'slow answers'),
  {
    // What it has inserted is stored, and not committed: the tables alone can tell.
    name: "the sink is killed while ClickHouse's answers are lost",
    lastsMs: AWAY_MS,
    strike: async ({ parts, clickHouseProxy }) => {
      clickHouseProxy.fail('answers lost');
      await eventually('an answer to be lost', STALL_MS, () => clickHouseProxy.hits() > 0 || undefined);
      await parts['the sink'].kill();
    },
    heal: async ({ parts, clickHouseProxy }) => {
      clickHouseProxy.fail('none');
      await parts['the sink'].start();
    },
  },
  {
    name: 'the disk of the spool is full while Kafka is away',
    lastsMs: STALL_MS,
    needsMount: true,
    strike: async ({ parts, spoolDisk }) => {
      await parts.Kafka.kill();
      await sleep(SPOOLING_MS);
      await spoolDisk?.fill();
    },
    heal: async ({ parts, spoolDisk }) => {
      await spoolDisk?.free();
      await parts.Kafka.start();
    },
  },
  {
    name: 'a second sink owns the same partitions',
    lastsMs: STALL_MS,
    strike: startTwinSink,
    heal: ({ twinSink }) => twinSink.kill(),
  },
  {
    name: 'the topic of raw events is deleted and made anew',
    lastsMs: 0,
    strikesAtRest: true,
    strike: (site) => site.makeRawTopicAnew(),
    heal: () => undefined,
  },
];
