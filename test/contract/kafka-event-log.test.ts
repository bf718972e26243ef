import { afterAll, beforeAll } from 'vitest';
import { describeWithKafka, type KafkaBroker, startKafka } from '../support/kafka.ts';
import { kafkaConfig, makeTopic, openKafkaLog } from '../support/kafka-log.ts';
import { describeEventLog } from './event-log.ts';

describeWithKafka('the event log on Kafka', () => {
  let broker: KafkaBroker;

  beforeAll(async () => {
    broker = await startKafka();
  });
  afterAll(() => broker?.close());

  describeEventLog('the log on Kafka', async () => {
    const topic = await makeTopic(broker.address);
    return { topic: topic.name, group: 'reader', open: () => openKafkaLog(kafkaConfig(broker.address), topic) };
  });
});
