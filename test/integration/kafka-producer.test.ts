import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { RetryableError } from '../../services/runtime/errors.ts';
import { createKafkaClient } from '../../services/runtime/log/kafka/connection.ts';
import { IdempotentProducer } from '../../services/runtime/log/kafka/partition-producer.ts';
import { createLogger } from '../../services/runtime/logger.ts';
import { type FaultyProxy, startFaultyProxy } from '../support/faulty-proxy.ts';
import { describeWithKafka, type KafkaBroker, startKafka } from '../support/kafka.ts';
import { kafkaConfig, makeTopic, openKafkaLogForTest } from '../support/kafka-log.ts';

describeWithKafka('the producer on Kafka', () => {
  let proxy: FaultyProxy;
  let broker: KafkaBroker;

  beforeAll(async () => {
    broker = await startKafka({
      advertise: async (listening) => {
        proxy = await startFaultyProxy(listening);
        return proxy.address;
      },
    });
  });
  afterAll(async () => {
    await broker?.close();
    await proxy?.close();
  });

  test('does not let a send pass for the repetition of one whose outcome is unknown', async () => {
    const topic = await makeTopic(broker.address);
    const kafka = createKafkaClient(kafkaConfig(broker.address), 'test', createLogger('warn'));
    const producer = new IdempotentProducer(kafka, 1_000, new Set(), 1);
    onTestFinished(() => producer.close());
    const send = (...texts: string[]) => producer.send(topic.name, 0, texts.map(Buffer.from));
    expect(await send('a', 'b')).toBe(0);

    proxy.fail('answers lost');
    await expect(send('lost', 'answer')).rejects.toThrow(RetryableError);
    proxy.fail('none');

    expect(await send('c', 'd')).toBe(4);
    const log = await openKafkaLogForTest(kafkaConfig(broker.address), topic);
    const stop = new AbortController();
    const texts: string[] = [];
    await log.consume(topic.name, 'reader', stop.signal, async (owned) => {
      if (owned.partition !== 0) return;
      while (!texts.includes('d')) {
        const records = (await owned.next({ records: 100, bytes: 1_000_000 })) ?? [];
        texts.push(...records.map(({ value }) => value.toString()));
      }
      stop.abort();
    });
    expect(texts).toEqual(['a', 'b', 'lost', 'answer', 'c', 'd']);
  });
});
