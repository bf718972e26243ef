import { randomUUID } from 'node:crypto';
import { onTestFinished } from 'vitest';
import { makeTopics } from '../../infra/kafka/topics.ts';
import { TOPICS, type Topic } from '../../schemas/topics/topics.ts';
import { parseEnvironment } from '../../services/runtime/environment.ts';
import { type KafkaLogConfig, kafkaLogEnvironment } from '../../services/runtime/log/kafka/config.ts';
import { createKafkaClient } from '../../services/runtime/log/kafka/connection.ts';
import { KafkaLog } from '../../services/runtime/log/kafka/kafka-log.ts';
import { createLogger, type Logger } from '../../services/runtime/logger.ts';

/** Partitions of every topic of {@link TestTopic}. */
export const TEST_PARTITIONS = 2;

/** What a log must know of a topic. */
export type TestTopic = Pick<Topic, 'name' | 'kafka'>;

/** The configuration of a log on the broker at `address`. */
export const kafkaConfig = (address: string, env: Readonly<Record<string, string>> = {}): KafkaLogConfig =>
  parseEnvironment(kafkaLogEnvironment, { KAFKA_BROKERS: address, ...env });

/** Makes a topic that nobody else uses. */
export const makeTopic = async (address: string, name = `test.${randomUUID()}`): Promise<TestTopic> => {
  const topic = { name, kafka: TOPICS.raw.kafka };
  const admin = createKafkaClient(kafkaConfig(address), 'test', createLogger('warn')).admin();
  await admin.connect();
  await makeTopics(admin, { topics: [topic], partitions: TEST_PARTITIONS, replicationFactor: 1 });
  await admin.disconnect();
  return topic;
};

/** Opens a log of one topic. */
export const openKafkaLog = (
  config: KafkaLogConfig,
  topic: TestTopic,
  logger: Logger = createLogger('warn'),
  signal: AbortSignal = new AbortController().signal,
): Promise<KafkaLog> =>
  KafkaLog.open({ config, clientId: 'test', topics: [topic], partitions: TEST_PARTITIONS, logger }, signal);

/** Opens a log of one topic that is closed when the test has finished. */
export const openKafkaLogForTest = async (...parameters: Parameters<typeof openKafkaLog>): Promise<KafkaLog> => {
  const log = await openKafkaLog(...parameters);
  onTestFinished(() => log.close());
  return log;
};
