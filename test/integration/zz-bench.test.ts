import { spawn } from 'node:child_process';
import { test } from 'vitest';
import { createKafkaClient } from '../../services/runtime/log/kafka/connection.ts';
import { makeTopics } from '../../infra/kafka/topics.ts';
import { TOPICS } from '../../schemas/topics/topics.ts';
import { createLogger } from '../../services/runtime/logger.ts';
import { startKafka } from '../support/kafka.ts';
import { kafkaConfig } from '../support/kafka-log.ts';
test('x', async () => {
  const broker = await startKafka();
  const admin = createKafkaClient(kafkaConfig(broker.address), 'test', createLogger('warn')).admin();
  await admin.connect();
  for (const W of ['2000', '200']) {
  const T = `bench${W}`;
  await makeTopics(admin, { topics: [{ name: T, kafka: TOPICS.raw.kafka }], partitions: 8, replicationFactor: 1 });
  await new Promise<void>((done) => { const c = spawn(process.execPath, ['/tmp/kx/child.ts'], { env: { B: broker.address, T, W }, stdio: ['ignore', 'inherit', 'inherit'] }); c.on('exit', (code) => { console.log('exit', W, code); done(); }); });
  }
  await admin.disconnect();
  await broker.close();
}, 170000);
