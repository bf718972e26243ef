import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Admin } from 'kafkajs';
import type { KafkaBroker } from '../support/kafka.ts';

/** What a fault works on. */
export interface Brokers {
  readonly brokers: readonly KafkaBroker[];
  readonly admin: Admin;
  readonly topic: string;
  readonly partitions: number;
  /** A number from 0 to `below`, exclusive, the same for the same seed. */
  readonly draw: (below: number) => number;
}

/** Something that happens to the brokers, and is over again when it resolves. */
export interface BrokerFault {
  readonly name: string;
  readonly strike: (brokers: Brokers) => Promise<void>;
}

/** Longer than `replica.lag.time.max.ms` would matter, and than the broker's session of 2 s: others take its partitions over. */
const AWAY_MS = 4_000;

/** Longer than the client waits for an answer, so that it gives the frozen broker up. */
const FROZEN_MS = 11_000;

const anyOf = ({ brokers, draw }: Brokers): KafkaBroker => {
  const broker = brokers[draw(brokers.length)];
  if (broker === undefined) throw new Error('there are no brokers');
  return broker;
};

/** Makes another replica the preferred leader of every partition; the controller moves the leaders within a second. */
const moveLeaders = async ({ admin, topic, partitions, brokers, draw }: Brokers): Promise<void> => {
  const turn = 1 + draw(brokers.length - 1);
  const nodes = brokers.map((_, index) => index + 1);
  const partitionAssignment = Array.from({ length: partitions }, (_, partition) => ({
    partition,
    replicas: nodes.map((_node, index) => nodes[(partition + turn + index) % nodes.length] ?? 1),
  }));
  await admin.alterPartitionReassignments({ topics: [{ topic, partitionAssignment }] });
  await sleep(AWAY_MS);
};

/** The faults, one after another in the order that the seed gives. */
export const BROKER_FAULTS: readonly BrokerFault[] = [
  { name: 'leaders move', strike: moveLeaders },
  {
    name: 'a broker is killed and comes back',
    strike: async (all) => {
      const broker = anyOf(all);
      await broker.stop('SIGKILL');
      await sleep(AWAY_MS);
      await broker.start();
    },
  },
  {
    name: 'a broker is frozen and wakes up',
    strike: async (all) => {
      const { pid } = anyOf(all);
      process.kill(pid, 'SIGSTOP');
      await sleep(FROZEN_MS);
      process.kill(pid, 'SIGCONT');
    },
  },
  {
    name: 'a broker is stopped in good order and comes back',
    strike: async (all) => {
      const broker = anyOf(all);
      await broker.stop('SIGTERM');
      await broker.start();
    },
  },
];
