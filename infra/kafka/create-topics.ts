import { z } from 'zod';
import { PARTITIONS, TOPICS } from '../../schemas/topics/topics.ts';
import { readEnvironment } from '../../services/runtime/environment.ts';
import { kafkaConnectionEnvironment } from '../../services/runtime/log/kafka/config.ts';
import { connectToKafka, createKafkaClient } from '../../services/runtime/log/kafka/connection.ts';
import { createLogger, LOG_LEVELS } from '../../services/runtime/logger.ts';
import { exitUnstarted } from '../../services/runtime/process.ts';
import { retrying } from '../../services/runtime/retry.ts';
import { makeTopics } from './topics.ts';

/** Longest wait for Kafka: it may be starting at the same time. */
const WAIT_MS = 120_000;

/** As many replicas as a production cluster keeps; a cluster of fewer brokers keeps one on each. */
const REPLICAS = 3;

const environment = {
  ...kafkaConnectionEnvironment,
  /** Replicas of each partition; by default three, or as many as there are brokers. */
  KAFKA_REPLICATION_FACTOR: z.coerce.number().int().min(1).optional(),
  LOG_LEVEL: z.enum(LOG_LEVELS).default('info'),
};

try {
  const config = readEnvironment(environment);
  const logger = createLogger(config.LOG_LEVEL);
  const signal = AbortSignal.timeout(WAIT_MS);
  const admin = createKafkaClient(config, 'candor-create-topics', logger).admin();
  await connectToKafka(config, admin, { logger, signal });
  const { brokers } = await admin.describeCluster();
  const replicationFactor = config.KAFKA_REPLICATION_FACTOR ?? Math.min(REPLICAS, brokers.length);
  const plan = { topics: Object.values(TOPICS), partitions: PARTITIONS, replicationFactor };
  const changes = await retrying({ logger, signal, stage: 'topics' }, () => makeTopics(admin, plan));
  await admin.disconnect();
  for (const { topic, change } of changes) process.stdout.write(`${topic}: ${change}\n`);
} catch (error) {
  exitUnstarted(error);
}
