import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { LogRecord, OwnedPartition } from '../../services/runtime/log/event-log.ts';
import { retrying } from '../../services/runtime/retry.ts';
import { eventually } from '../support/eventually.ts';
import { describeWithKafka, type KafkaBroker, startKafka } from '../support/kafka.ts';
import { kafkaConfig, makeTopic, openKafkaLogForTest } from '../support/kafka-log.ts';
import { collectLogLines } from '../support/log-lines.ts';

const ALL = { records: 1_000, bytes: 1_000_000 };

const textsOf = (records: readonly LogRecord[] | undefined): string[] =>
  (records ?? []).map(({ value }) => value.toString());

describeWithKafka('consumers on Kafka', () => {
  let broker: KafkaBroker;

  beforeAll(async () => {
    broker = await startKafka();
  });
  afterAll(() => broker?.close());

  const open = async () => {
    const topic = await makeTopic(broker.address);
    const another = () => openKafkaLogForTest(kafkaConfig(broker.address), topic);
    return { topic: topic.name, group: randomUUID(), log: await another(), another };
  };

  test('take over a partition after its owner has ended and committed what it was working on', async () => {
    const { topic, group, log, another } = await open();
    for (const partition of [0, 1]) await log.append(topic, partition, [Buffer.from(`of ${partition}`)]);
    const [first, second] = [new AbortController(), new AbortController()];
    const effects: string[] = [];
    const begun = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const finish = Promise.withResolvers<void>();
    const working = log.consume(topic, group, first.signal, async (owned) => {
      const batch = await owned.next(ALL);
      if (batch === undefined || !begun[owned.partition]) return;
      begun[owned.partition]?.resolve();
      await finish.promise;
      await owned.commit((batch.at(-1)?.offset ?? 0) + 1);
      effects.push(`${textsOf(batch)} is done, ${owned.signal.aborted ? 'handing over' : 'going on'}`);
    });
    await Promise.all(begun.map(({ promise }) => promise));

    const taken: OwnedPartition[] = [];
    const other = await another();
    const takingOver = other.consume(topic, group, second.signal, async (owned) => {
      effects.push('a partition is taken over');
      taken.push(owned);
      effects.push(...textsOf(await owned.next(ALL)));
    });
    await sleep(4_000);
    effects.push('the other has waited');
    finish.resolve();
    await eventually('a partition to be taken over', 20_000, () => taken[0]);
    for (const partition of [0, 1]) await log.append(topic, partition, [Buffer.from('new')]);
    await eventually('the next record', 10_000, () => effects.includes('new') || undefined);
    first.abort();
    second.abort();
    await Promise.all([working, takingOver]);
    expect(effects.slice(0, 3).sort()).toEqual([
      'of 0 is done, handing over',
      'of 1 is done, handing over',
      'the other has waited',
    ]);
    expect(effects.slice(3)).not.toContain('of 0');
    expect(effects.slice(3)).not.toContain('of 1');
  });

  test('go on with one partition while the work on another takes long', async () => {
    const { topic, group, log } = await open();
    await log.append(topic, 0, [Buffer.from('slow')]);
    const stop = new AbortController();
    const slowly = Promise.withResolvers<void>();
    const read: string[] = [];
    const consumed = log.consume(topic, group, stop.signal, async (owned) => {
      for (let batch = await owned.next(ALL); batch; batch = await owned.next(ALL)) {
        if (owned.partition === 0) await slowly.promise;
        else read.push(...textsOf(batch));
      }
    });
    for (let index = 0; index < 20; index += 1) await log.append(topic, 1, [Buffer.from(`${index}`)]);
    await eventually('the quick partition', 10_000, () => read.length === 20 || undefined);
    slowly.resolve();
    stop.abort();
    await consumed;
    expect(read).toEqual(Array.from({ length: 20 }, (_, index) => `${index}`));
  });

  test('read on without having committed, and get it again when the ownership has ended', async () => {
    const { topic, group, log } = await open();
    const stop = new AbortController();
    const read: string[] = [];
    for (const text of ['a', 'b', 'c']) await log.append(topic, 0, [Buffer.from(text)]);
    await log.consume(topic, group, stop.signal, async (owned) => {
      if (owned.partition !== 0) return;
      while (read.length < 3) read.push(...textsOf(await owned.next({ records: 1, bytes: 1 })));
      await owned.commit(1);
      await owned.commit(0);
      stop.abort();
    });
    const again = new AbortController();
    await log.consume(topic, group, again.signal, async (owned) => {
      if (owned.partition !== 0) return;
      read.push(...textsOf(await owned.next(ALL)));
      again.abort();
    });
    expect(read).toEqual(['a', 'b', 'c', 'b', 'c']);
  });

  test('and appends go on through the death of the broker, in order and without a gap', async () => {
    const topic = await makeTopic(broker.address);
    const { logger, lines } = collectLogLines();
    const log = await openKafkaLogForTest(kafkaConfig(broker.address), topic, logger);
    const stop = new AbortController();
    const seen = new Map<string, number>();
    let order = 0;
    const consumed = log.consume(topic.name, 'reader', stop.signal, async (owned) => {
      for (let batch = await owned.next(ALL); batch; batch = await owned.next(ALL)) {
        for (const text of textsOf(batch)) if (!seen.has(text)) seen.set(text, order++);
        await owned.commit((batch.at(-1)?.offset ?? 0) + 1);
      }
    });
    const acknowledged: string[] = [];
    const append = async (from: number, to: number): Promise<void> => {
      for (let index = from; index < to; index += 1) {
        await retrying({ signal: stop.signal, logger, stage: 'test' }, () =>
          log.append(topic.name, 0, [Buffer.from(`${index}`)]),
        );
        acknowledged.push(`${index}`);
      }
    };
    await append(0, 50);
    const throughIt = append(50, 100);
    await broker.stop('SIGKILL');
    await sleep(1_000);
    await broker.start();
    await throughIt;
    await append(100, 110);
    await eventually('all records', 25_000, () => acknowledged.every((text) => seen.has(text)) || undefined);
    stop.abort();
    await consumed;
    expect(acknowledged).toHaveLength(110);
    expect([...seen.keys()]).toEqual(acknowledged);
    expect(lines.filter(({ level }) => Number(level) >= 50)).toEqual([]);
  }, 60_000);
});
