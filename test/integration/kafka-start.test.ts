import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { PermanentError, RetryableError } from '../../services/runtime/errors.ts';
import { describeWithKafka, type KafkaBroker, startKafka } from '../support/kafka.ts';
import { kafkaConfig, makeTopic, openKafkaLog, openKafkaLogForTest } from '../support/kafka-log.ts';
import { collectLogLines } from '../support/log-lines.ts';

describeWithKafka('the log on Kafka', () => {
  let broker: KafkaBroker;

  beforeAll(async () => {
    broker = await startKafka();
  });
  afterAll(() => broker?.close());

  const value = (bytes: number): Buffer => Buffer.alloc(bytes, 'x');

  test('waits for a broker that can not be reached, says so once, and opens when it is there', async () => {
    const topic = await makeTopic(broker.address);
    await broker.stop('SIGKILL');
    const { logger, lines } = collectLogLines();
    const opening = openKafkaLog(kafkaConfig(broker.address), topic, logger);
    await new Promise((resolve) => setTimeout(resolve, 4_000));
    await broker.start();
    await (await opening).close();
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatchObject({ level: 40, error: expect.stringContaining(broker.address) });
  });

  test('gives up waiting when it is told to stop', async () => {
    const topic = { name: 'test.none', kafka: (await makeTopic(broker.address)).kafka };
    const { logger } = collectLogLines();
    const opening = openKafkaLog(kafkaConfig('127.0.0.1:1'), topic, logger, AbortSignal.timeout(500));
    await expect(opening).rejects.toThrow(RetryableError);
  });

  test('refuses a value that its topic does not take, and says which', async () => {
    const topic = await makeTopic(broker.address);
    const log = await openKafkaLogForTest(kafkaConfig(broker.address), topic);
    const bound = topic.kafka.maxMessageBytes - 1_024;
    const message = `a value of ${bound + 1} bytes is larger than the ${bound} that ${topic.name} takes`;
    await expect(log.append(topic.name, 0, [value(bound + 1)])).rejects.toThrow(new PermanentError(message));
    expect(await log.append(topic.name, 0, [value(bound)])).toBe(0);
  });

  test('refuses what would be too much in flight at once, and takes it when there is room again', async () => {
    const topic = await makeTopic(broker.address);
    const config = kafkaConfig(broker.address, { KAFKA_MAX_IN_FLIGHT_BYTES: '1000' });
    const log = await openKafkaLogForTest(config, topic);
    const first = log.append(topic.name, 0, [value(900)]);
    await expect(log.append(topic.name, 1, [value(200)])).rejects.toThrow(RetryableError);
    await first;
    expect(await log.append(topic.name, 1, [value(200)])).toBe(0);
  });

  test('does not know the outcome of an append that is not acknowledged in time', async () => {
    const topic = await makeTopic(broker.address);
    const config = kafkaConfig(broker.address, { KAFKA_DELIVERY_TIMEOUT_MS: '500' });
    const log = await openKafkaLog(config, topic);
    await log.append(topic.name, 0, [value(1)]);
    process.kill(broker.pid, 'SIGSTOP');
    onTestFinished(() => {
      process.kill(broker.pid, 'SIGCONT');
    });
    const error = new RetryableError(`Kafka has not acknowledged an append to ${topic.name}/0 within 500 ms`);
    const appends = [log.append(topic.name, 0, [value(1)]), log.append(topic.name, 0, [value(1)])];
    await Promise.all(appends.map((append) => expect(append).rejects.toThrow(error)));
    process.kill(broker.pid, 'SIGCONT');
    await log.close();
  });

  test('splits an append that is too large for one send, and keeps its order', async () => {
    const topic = await makeTopic(broker.address);
    const log = await openKafkaLogForTest(kafkaConfig(broker.address), topic);
    const values = Array.from({ length: 3_500 }, (_, index) => Buffer.from(`${index}`));
    expect(await log.append(topic.name, 0, values)).toBe(0);
    const stop = new AbortController();
    const read: string[] = [];
    await log.consume(topic.name, 'reader', stop.signal, async (owned) => {
      while (owned.partition === 0 && read.length < values.length) {
        const records = (await owned.next({ records: 1_000, bytes: 1_000_000 })) ?? [];
        read.push(...records.map((record) => record.value.toString()));
      }
      if (owned.partition === 0) stop.abort();
    });
    expect(read).toEqual(values.map(String));
  });
});
