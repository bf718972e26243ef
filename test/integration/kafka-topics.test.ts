import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Admin } from 'kafkajs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeTopics } from '../../infra/kafka/topics.ts';
import { PARTITIONS, TOPICS } from '../../schemas/topics/topics.ts';
import { PermanentError, StartError } from '../../services/runtime/errors.ts';
import { createKafkaClient } from '../../services/runtime/log/kafka/connection.ts';
import { describeTopics, settingsOf } from '../../services/runtime/log/kafka/topic-settings.ts';
import { createLogger } from '../../services/runtime/logger.ts';
import { eventually } from '../support/eventually.ts';
import { describeWithKafka, type KafkaBroker, startKafka } from '../support/kafka.ts';
import {
  kafkaConfig,
  makeTopic,
  openKafkaLog,
  openKafkaLogForTest,
  TEST_PARTITIONS,
  type TestTopic,
} from '../support/kafka-log.ts';
import { collectLogLines } from '../support/log-lines.ts';
import { runProgram } from '../support/program.ts';

const COMMAND = fileURLToPath(new URL('../../infra/kafka/create-topics.ts', import.meta.url));

/** Longer than a reader relies on its topic being the one it was, 5 s. */
const STANDSTILL_MS = 6_000;

describeWithKafka('topics on Kafka', () => {
  let broker: KafkaBroker;
  let admin: Admin;

  beforeAll(async () => {
    broker = await startKafka();
    admin = createKafkaClient(kafkaConfig(broker.address), 'test', createLogger('warn')).admin();
    await admin.connect();
  });
  afterAll(async () => {
    await admin?.disconnect();
    await broker?.close();
  });

  const plan = (topic: TestTopic) => ({ topics: [topic], partitions: TEST_PARTITIONS, replicationFactor: 1 });
  const open = (topic: TestTopic, ...rest: [ReturnType<typeof collectLogLines>['logger']?]) =>
    openKafkaLogForTest(kafkaConfig(broker.address), topic, ...rest);
  const deleteTopic = async ({ name }: TestTopic): Promise<void> => {
    await admin.deleteTopics({ topics: [name] });
    await eventually('the end of a topic', 10_000, async () => !(await admin.listTopics()).includes(name) || undefined);
  };
  const unknownTopic = (): TestTopic => ({ name: `test.${randomUUID()}`, kafka: TOPICS.raw.kafka });

  test('are made by the command as the schemas say, and left alone when it runs again', async () => {
    const run = () =>
      spawnSync(process.execPath, [COMMAND], {
        env: { KAFKA_BROKERS: broker.address, LOG_LEVEL: 'error' },
        encoding: 'utf8',
      });
    const names = Object.values(TOPICS).map(({ name }) => name);
    expect(await describeTopics(admin, names)).toEqual([]);
    const first = run();
    expect(first.stderr).toBe('');
    // Made, or as it should be: a busy broker may not know the leader of a new topic yet, and the command looks again.
    const changes = first.stdout
      .trim()
      .split('\n')
      .map((line) => line.split(': '));
    expect(changes.map(([name]) => name)).toEqual(names);
    expect(run().stdout).toBe(names.map((name) => `${name}: as it should be\n`).join(''));
    for (const found of await describeTopics(admin, names)) {
      const topic = Object.values(TOPICS).find(({ name }) => name === found.name);
      expect(found.partitions).toBe(PARTITIONS);
      expect([...found.settings]).toEqual(expect.arrayContaining([...settingsOf(topic?.kafka ?? TOPICS.raw.kafka, 1)]));
    }
  });

  test('keep their generation when settings are brought into line', async () => {
    const topic = await makeTopic(broker.address);
    const [before] = await describeTopics(admin, [topic.name]);
    const longer = { ...topic, kafka: { ...topic.kafka, retentionMs: 1_000_000_000 } };
    expect(await makeTopics(admin, plan(longer))).toEqual([{ topic: topic.name, change: 'settings changed' }]);
    const [after] = await describeTopics(admin, [topic.name]);
    expect(after?.settings.get('retention.ms')).toBe('1000000000');
    expect(after?.generation).toBe(before?.generation);
  });

  test('that are missing stop the start with a line that says what to run', async () => {
    const topic = unknownTopic();
    await expect(open(topic)).rejects.toThrow(StartError);
    await expect(open(topic)).rejects.toThrow(
      `Kafka has no topic ${topic.name}: run \`node infra/kafka/create-topics.ts\``,
    );
    expect(await admin.listTopics()).not.toContain(topic.name);
  });

  test('with another number of partitions stop the start, and the command', async () => {
    const topic = await makeTopic(broker.address);
    await admin.createPartitions({ topicPartitions: [{ topic: topic.name, count: TEST_PARTITIONS + 1 }] });
    const message = `the topic ${topic.name} has 3 partitions in place of 2: events would change their partition`;
    await expect(open(topic)).rejects.toThrow(new StartError(message));
    await expect(makeTopics(admin, plan(topic))).rejects.toThrow(new StartError(message));
  });

  test('whose settings have drifted are worth a warning', async () => {
    const topic = await makeTopic(broker.address);
    const { logger, lines } = collectLogLines();
    await open({ ...topic, kafka: { ...topic.kafka, retentionMs: 60_000 } }, logger);
    expect(lines).toMatchObject([
      {
        msg: 'a topic setting has drifted',
        topic: topic.name,
        setting: 'retention.ms',
        expected: '60000',
        actual: '604800000',
      },
    ]);
  });

  test('that were made by something else have no generation until the command gives them one', async () => {
    const topic = unknownTopic();
    await admin.createTopics({ topics: [{ topic: topic.name, numPartitions: TEST_PARTITIONS }] });
    await expect(open(topic)).rejects.toThrow(`the topic ${topic.name} has no generation`);
    await makeTopics(admin, plan(topic));
    expect((await open(topic)).generation).toMatch(/^\w{7,}$/);
  });

  test('that are deleted and made anew have another generation', async () => {
    const topic = await makeTopic(broker.address);
    const before = await open(topic);
    await deleteTopic(topic);
    await makeTopic(broker.address, topic.name);
    expect((await open(topic)).generation).not.toBe(before.generation);
  });

  test('that are made anew while they are read stop the reader, which would take new events for old ones', async () => {
    const topic = await makeTopic(broker.address);
    const log = await openKafkaLog(kafkaConfig(broker.address), topic);
    await log.append(topic.name, 0, ['a', 'b', 'c'].map(Buffer.from));
    const stop = new AbortController();
    const reading = Promise.withResolvers<void>();
    const consumed = log.consume(topic.name, 'reader', stop.signal, async (owned) => {
      while (await owned.next({ records: 100, bytes: 1_000_000 })) reading.resolve();
    });
    await reading.promise;
    await deleteTopic(topic);
    await makeTopic(broker.address, topic.name);
    const anew = await open(topic);
    await anew.append(topic.name, 0, ['d', 'e', 'f', 'g'].map(Buffer.from));
    const message = `the topic ${topic.name} was deleted and made anew: start again to go on with it`;
    await expect(consumed).rejects.toThrow(new PermanentError(message));
    await log.close();
  });

  test('that are made anew while a reader stands still stop it, although they have grown beyond its place', async () => {
    const topic = await makeTopic(broker.address);
    const log = await open(topic);
    await log.append(topic.name, 0, ['a', 'b', 'c'].map(Buffer.from));
    const env = { KAFKA_BROKERS: broker.address, TOPIC: topic.name, GROUP: 'reader' };
    const reader = runProgram('test/support/topic-reader.ts', env);
    await eventually('the reader', 20_000, () => reader.output().includes('c') || undefined);
    process.kill(reader.pid, 'SIGSTOP');
    await deleteTopic(topic);
    await makeTopic(broker.address, topic.name);
    const anew = await open(topic);
    await anew.append(topic.name, 0, ['d', 'e', 'f', 'g'].map(Buffer.from));
    await sleep(STANDSTILL_MS);
    process.kill(reader.pid, 'SIGCONT');
    expect(await reader.ended).toBe(1);
    expect(reader.output()).toContain(`the topic ${topic.name} was deleted and made anew`);
    expect(reader.output()).not.toMatch(/^[d-g]$/m);
  });

  test('are read from their beginning when what was committed is of another incarnation', async () => {
    const topic = await makeTopic(broker.address);
    const log = await open(topic);
    await log.append(topic.name, 0, ['a', 'b', 'c'].map(Buffer.from));
    const firstRead = async (group: string, metadata: string): Promise<string | undefined> => {
      const member = createKafkaClient(kafkaConfig(broker.address), 'test', createLogger('warn')).consumer({
        groupId: group,
      });
      await member.connect();
      await member.subscribe({ topics: [topic.name] });
      const joined = new Promise((resolve) => member.on(member.events.GROUP_JOIN, resolve));
      await member.run({ autoCommit: false, eachMessage: async () => undefined });
      await joined;
      await member.commitOffsets([{ topic: topic.name, partition: 0, offset: '2', metadata }]);
      await member.disconnect();
      const stop = new AbortController();
      let first: string | undefined;
      await log.consume(topic.name, group, stop.signal, async (owned) => {
        if (owned.partition !== 0) return;
        first = (await owned.next({ records: 1, bytes: 1 }))?.[0]?.value.toString();
        stop.abort();
      });
      return first;
    };
    expect(await firstRead('late', 'another')).toBe('a');
    expect(await firstRead('ours', log.generation)).toBe('c');
    expect(await firstRead('reset by hand', '')).toBe('c');
  });
});
