import process from 'node:process';
import { TOPICS } from '../../schemas/topics/topics.ts';
import { kafkaConfig, openKafkaLog } from './kafka-log.ts';

// Reads a topic in a process of its own, as one member of a group: prints and commits every value until it fails.
const { KAFKA_BROKERS = '', TOPIC = '', GROUP = '' } = process.env;
const log = await openKafkaLog(kafkaConfig(KAFKA_BROKERS), { name: TOPIC, kafka: TOPICS.raw.kafka });
await log.consume(TOPIC, GROUP, new AbortController().signal, async (owned) => {
  for (
    let batch = await owned.next({ records: 1, bytes: 1 });
    batch;
    batch = await owned.next({ records: 1, bytes: 1 })
  ) {
    for (const { offset, value } of batch) {
      await owned.commit(offset + 1);
      process.stdout.write(`${value}\n`);
    }
  }
});
