import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { makeTopics } from '../../infra/kafka/topics.ts';
import { TOPICS } from '../../schemas/topics/topics.ts';
import type { EventLog, LogRecord } from '../../services/runtime/log/event-log.ts';
import { createKafkaClient } from '../../services/runtime/log/kafka/connection.ts';
import { KafkaLog } from '../../services/runtime/log/kafka/kafka-log.ts';
import { createLogger } from '../../services/runtime/logger.ts';
import { Random } from '../../services/standalone/demo/random.ts';
import { eventually } from '../support/eventually.ts';
import { startKafkaCluster } from '../support/kafka.ts';
import { kafkaConfig } from '../support/kafka-log.ts';
import { BROKER_FAULTS } from './faults.ts';
import { BrokerLedger } from './ledger.ts';

// `npm run test:brokers`: three brokers (replication 3, min.insync.replicas 2) whose leaders move, which are killed and frozen
// while records are appended and read. Every acknowledged record must be in the log once, in order, where the answer said.
const { values } = parseArgs({
  options: {
    faults: { type: 'string', default: '12' },
    seed: { type: 'string', default: `${Date.now() % 1_000_000}` },
  },
});

const PARTITIONS = 4;
const SETTLE_MS = 60_000;
const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

const logger = createLogger('fatal');
const random = new Random(Number(values.seed));
say(`three brokers, ${values.faults} faults, seed ${values.seed}`);
const brokers = await startKafkaCluster(3);
const config = kafkaConfig(brokers.map(({ address }) => address).join(','));
const admin = createKafkaClient(config, 'ledger-admin', logger).admin();
await admin.connect();
const topic = { name: 'ledger', kafka: TOPICS.raw.kafka };
await makeTopics(admin, { topics: [topic], partitions: PARTITIONS, replicationFactor: 3 });
const open = (clientId: string): Promise<KafkaLog> =>
  KafkaLog.open({ config, clientId, topics: [topic], partitions: PARTITIONS, logger }, new AbortController().signal);

/** Whether a group has read everything; undefined also while no leader can tell. */
const hasReadAll = async (log: EventLog, group: string): Promise<true | undefined> =>
  (await log.lag(topic.name, group).catch(() => undefined)) === 0 || undefined;

/** Everything that the log holds, read anew by a group of its own. */
const readAll = async (log: EventLog): Promise<readonly (readonly LogRecord[])[]> => {
  const records: LogRecord[][] = Array.from({ length: PARTITIONS }, () => []);
  const stop = new AbortController();
  const reading = log.consume(topic.name, 'judge', stop.signal, async (owned) => {
    for (;;) {
      const batch = await owned.next({ records: 5_000, bytes: 10_000_000 });
      if (batch === undefined) return;
      records[owned.partition]?.push(...batch);
      await owned.commit((batch.at(-1)?.offset ?? 0) + 1);
    }
  });
  await eventually('the whole log', SETTLE_MS, () => hasReadAll(log, 'judge'));
  stop.abort();
  await reading;
  return records;
};

try {
  const [writer, reader] = [await open('writer'), await open('reader')];
  const ledger = new BrokerLedger(PARTITIONS);
  const [stopWriting, stopReading] = [new AbortController(), new AbortController()];
  const reading = ledger.read(reader, topic.name, stopReading.signal);
  const lanes = Array.from({ length: PARTITIONS }, (_, partition) =>
    ledger.write(writer, topic.name, partition, stopWriting.signal),
  );
  for (let number = 1; number <= Number(values.faults); number += 1) {
    await sleep(2_000);
    const before = ledger.acknowledged;
    const fault = BROKER_FAULTS[(number - 1) % BROKER_FAULTS.length];
    await fault?.strike({
      brokers,
      admin,
      topic: topic.name,
      partitions: PARTITIONS,
      draw: (below) => random.integer(0, below - 1),
    });
    await eventually(
      'acknowledgements after the fault',
      SETTLE_MS,
      () => ledger.acknowledged > before + 100 || undefined,
    );
    say(`${number}. ${fault?.name}: ${ledger.acknowledged - before} acknowledged meanwhile`);
  }
  stopWriting.abort();
  await Promise.all(lanes);
  await eventually('the reader', SETTLE_MS, () => hasReadAll(reader, 'ledger'));
  stopReading.abort();
  await reading;
  const verdict = ledger.judge(await readAll(reader));
  say(JSON.stringify(verdict, undefined, 2));
  await Promise.all([writer.close(), reader.close(), admin.disconnect()]);
  const { lost, doubled, disordered, skipped } = verdict;
  if (lost + doubled + disordered + skipped > 0) process.exitCode = 1;
} finally {
  await Promise.all(brokers.map((broker) => broker.close()));
}
