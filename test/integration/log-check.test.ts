import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ClickHouseClient } from '@clickhouse/client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openClickHouse } from '../../infra/clickhouse/client.ts';
import { migrate } from '../../infra/clickhouse/migrate.ts';
import { makeTopics } from '../../infra/kafka/topics.ts';
import { RAW_SCHEMA, type RawEvent } from '../../schemas/topics/raw.ts';
import { valueSubject } from '../../schemas/topics/rows.ts';
import { PARTITIONS, TOPICS } from '../../schemas/topics/topics.ts';
import { leaveCounts, utcDateOf } from '../../services/runtime/accepted-counts.ts';
import { Codec } from '../../services/runtime/codec.ts';
import { EmbeddedLog } from '../../services/runtime/log/embedded.ts';
import type { EventLog } from '../../services/runtime/log/event-log.ts';
import { createKafkaClient } from '../../services/runtime/log/kafka/connection.ts';
import { KafkaLog } from '../../services/runtime/log/kafka/kafka-log.ts';
import { createLogger } from '../../services/runtime/logger.ts';
import { createMetrics } from '../../services/runtime/metrics.ts';
import { EmbeddedSchemaIds } from '../../services/runtime/registry/embedded.ts';
import { retrying } from '../../services/runtime/retry.ts';
import { EmbeddedStateStore } from '../../services/runtime/state/embedded.ts';
import { publishBalance } from '../../services/sink/balance.ts';
import { MAX_OPEN_EVENTS } from '../../services/sink/log-check/open-events.ts';
import { type ClickHouseServer, startClickHouse } from '../support/clickhouse.ts';
import { describeWithKafka, type KafkaBroker, startKafka } from '../support/kafka.ts';
import { kafkaConfig } from '../support/kafka-log.ts';

const ALL_TOPICS = [TOPICS.raw, TOPICS.anonymized, TOPICS.rows] as const;
const { raw } = TOPICS;

/** Yesterday and today, as days and as moments. */
const [YESTERDAY_MS, TODAY_MS] = [Date.now() - 24 * 3_600_000, Date.now()];

const openEmbeddedLog = (path: string): EmbeddedLog =>
  new EmbeddedLog({
    path,
    partitions: PARTITIONS,
    topics: ALL_TOPICS,
    maxBytes: 1024 ** 3,
    onSweepError: (error) => Promise.reject(error),
  });

/** How the raw log is compared with the outcomes. The stages are played by the test, one partition of the log for each. */
const describeLogCheck = (
  name: string,
  openLog: (folder: string) => Promise<EventLog>,
  makeOtherLog: (folder: string) => Promise<EventLog>,
) =>
  describe(name, { timeout: 60_000 }, () => {
    const metrics = createMetrics();
    let folder: string;
    let server: ClickHouseServer;
    let client: ClickHouseClient;
    let ids: EmbeddedSchemaIds;
    let state: EmbeddedStateStore;
    let log: EventLog;
    let codec: Codec<RawEvent>;

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'candor-log-check-'));
      server = await startClickHouse();
      client = openClickHouse(server.admin);
      await migrate(client);
      ids = new EmbeddedSchemaIds(join(folder, 'ids'));
      await ids.register(valueSubject(raw.name), RAW_SCHEMA);
      codec = await Codec.of<RawEvent>(ids, valueSubject(raw.name), RAW_SCHEMA);
      state = new EmbeddedStateStore(join(folder, 'state'));
      log = await openLog(join(folder, 'log'));
    }, 120_000);

    afterAll(async () => {
      await log?.close();
      await ids?.close();
      await state?.close();
      await client?.close();
      await server?.close();
      await rm(folder, { recursive: true, force: true });
    });

    /** Reports of a product that the edge received at a moment. */
    const accept = (partition: number, product: string, received_at: number, count: number, into = log) => {
      const event = { received_at, product, door: '/', method: 'POST', replay_of: null, encoding: 'identity' };
      const values = Array.from({ length: count }, () =>
        codec.encode({ ...event, event_id: randomUUID(), address: null, body: Buffer.from('{}') }),
      );
      return into.append(raw.name, partition, values);
    };

    /** Outcomes of the events from one offset to before another. */
    const store = (partition: number, from: number, end: number, generation = log.generation): Promise<unknown> =>
      client.command({
        query: `INSERT INTO candor.outcomes (event_id, product, received_at, _generation, _partition, _offset, outcome)
          SELECT generateUUIDv4(), 'emqx', now(), '${generation}', ${partition}, number, 'stored'
          FROM numbers(${from}, ${end - from})`,
      });

    /** A stage commits `end` in a partition of the topic that it reads. */
    const pass = async ({ name: topic, consumer }: (typeof ALL_TOPICS)[number], partition: number, end: number) => {
      const stop = new AbortController();
      await log.consume(topic, consumer, stop.signal, async (owned) => {
        if (owned.partition !== partition) return;
        await owned.commit(end);
        stop.abort();
      });
    };

    const check = (of = log): Promise<void> =>
      publishBalance({ clickhouse: client, log: of, ids, state, products: ['emqx', 'hasura'], metrics });

    const rows = async (sql: string): Promise<Record<string, unknown>[]> => {
      const settings = { output_format_json_quote_64bit_integers: 0 } as const;
      const result = await client.query({ query: sql, format: 'JSONEachRow', clickhouse_settings: settings });
      return result.json<Record<string, unknown>>();
    };

    const openEvents = (partition: number, generation = log.generation): Promise<Record<string, unknown>[]> =>
      rows(`SELECT state, day, product, events FROM candor.open_events
        WHERE partition = ${partition} AND generation = '${generation}' ORDER BY state, day, product`);

    const valuesOf = async (gauge: typeof metrics.inFlight | typeof metrics.missing): Promise<number> =>
      (await gauge.get()).values.reduce((sum, { value }) => sum + value, 0);

    test('what has just come is in flight; its product is looked up when it waits for longer', async () => {
      await check();
      await accept(0, 'hasura', YESTERDAY_MS, 2);
      await accept(0, 'emqx', TODAY_MS, 3);
      await check();
      expect(await openEvents(0)).toEqual([{ state: 'in_flight', day: utcDateOf(Date.now()), product: '', events: 5 }]);
      await check();
      expect(await openEvents(0)).toEqual([
        { state: 'in_flight', day: utcDateOf(YESTERDAY_MS), product: 'hasura', events: 2 },
        { state: 'in_flight', day: utcDateOf(TODAY_MS), product: 'emqx', events: 3 },
      ]);
      const byProduct = (await metrics.inFlight.get()).values.map(({ labels, value }) => [labels.product, value]);
      expect(Object.fromEntries(byProduct)).toEqual({ '': 0, emqx: 3, hasura: 2 });
      expect(await rows('SELECT product, accepted, in_flight FROM candor.balance ORDER BY product')).toEqual([
        { product: 'emqx', accepted: 3, in_flight: 3 },
        { product: 'hasura', accepted: 2, in_flight: 2 },
      ]);
    });

    test('what has got its outcome is not in flight any more, before the next check too', async () => {
      await store(0, 0, 4);
      expect(await openEvents(0)).toEqual([
        { state: 'in_flight', day: utcDateOf(TODAY_MS), product: 'emqx', events: 1 },
      ]);
      await store(0, 4, 5);
      expect(await openEvents(0)).toEqual([]);
      await check();
      expect(await valuesOf(metrics.inFlight)).toBe(0);
      expect(await valuesOf(metrics.missing)).toBe(0);
    });

    test('what every stage has passed is missing, although no later event has an outcome', async () => {
      await accept(1, 'emqx', TODAY_MS, 2);
      await accept(1, 'hasura', YESTERDAY_MS, 3);
      await store(1, 0, 3);
      await pass(raw, 1, 4);
      await log.append(TOPICS.anonymized.name, 1, [Buffer.from('on its way')]);
      await check();
      await check();
      expect(await openEvents(1)).toEqual([
        { state: 'in_flight', day: utcDateOf(YESTERDAY_MS), product: 'hasura', events: 2 },
      ]);
      await pass(TOPICS.anonymized, 1, 1);
      await check();
      expect(await openEvents(1)).toEqual([
        { state: 'in_flight', day: utcDateOf(YESTERDAY_MS), product: 'hasura', events: 1 },
        { state: 'missing', day: utcDateOf(YESTERDAY_MS), product: 'hasura', events: 1 },
      ]);
      expect(await valuesOf(metrics.missing)).toBe(1);
      expect(
        await rows(`SELECT fault, first_offset, last_offset, product FROM candor.lineage_faults WHERE partition = 1`),
      ).toEqual([{ fault: 'missing', first_offset: 3, last_offset: 3, product: 'hasura' }]);
    });

    test('what was known to be missing stays so while other events are on their way', async () => {
      await log.append(TOPICS.anonymized.name, 1, [Buffer.from('another')]);
      await check();
      expect(await openEvents(1)).toContainEqual(expect.objectContaining({ state: 'missing', events: 1 }));
      await store(1, 3, 5);
      expect(await openEvents(1)).toEqual([]);
    });

    test('what the log holds before its first outcome is missing', async () => {
      await accept(2, 'hasura', YESTERDAY_MS, 1);
      await accept(2, 'emqx', TODAY_MS, 3);
      await store(2, 2, 4);
      await check();
      await check();
      expect(await openEvents(2)).toEqual([
        { state: 'missing', day: utcDateOf(YESTERDAY_MS), product: 'hasura', events: 1 },
        { state: 'missing', day: utcDateOf(TODAY_MS), product: 'emqx', events: 1 },
      ]);
      expect(await valuesOf(metrics.missing)).toBe(2);
      expect(await rows('SELECT sum(missing) AS missing FROM candor.balance')).toEqual([{ missing: 2 }]);
      await store(2, 0, 2);
    });

    test('a hole, a loss at either end and what is in flight add up to what the log holds', async () => {
      await accept(3, 'emqx', TODAY_MS, 10);
      await store(3, 1, 3);
      await store(3, 4, 6);
      await pass(raw, 3, 7);
      await check();
      expect(
        await rows(
          `SELECT missing_at_start, missing, missing_at_end, in_flight FROM candor.lineage WHERE partition = 3`,
        ),
      ).toEqual([{ missing_at_start: 1, missing: 3, missing_at_end: 1, in_flight: 3 }]);
      const [sums] = await rows(`SELECT sum(accepted) AS accepted FROM candor.balance`);
      const held = (await log.ranges(raw.name)).reduce((sum, { end }) => sum + end, 0);
      expect(sums).toEqual({ accepted: held });
    });

    test('what edges have accepted and the log has never had is unlogged, unless it may be in a spool', async () => {
      const edgeBalance = (): Promise<Record<string, unknown>[]> =>
        rows('SELECT day, product, accepted, unlogged FROM candor.edge_balance ORDER BY product');
      const [day, run] = [utcDateOf(TODAY_MS), randomUUID()];
      const held = Number((await rows(`SELECT sum(accepted) AS n FROM candor.balance WHERE product = 'emqx'`))[0]?.n);
      const unnamed = Number((await rows(`SELECT sum(accepted) AS n FROM candor.balance WHERE product = ''`))[0]?.n);
      const accepted = held + unnamed + 3;
      const counts = { run, day, products: new Map([['emqx', accepted]]) };
      await leaveCounts(state, { ...counts, spooled: 5, unspooled: 2 });
      await check();
      expect(await edgeBalance()).toEqual([{ day, product: 'emqx', accepted, unlogged: 0 }]);
      expect(await valuesOf(metrics.unlogged)).toBe(0);
      await leaveCounts(state, { ...counts, spooled: 5, unspooled: 5 });
      await check();
      // As a state store would tell that has lost the last counts of a run.
      const older = { day, run, product: 'emqx', accepted: 1 };
      await client.insert({ table: 'candor.edge_counts', values: [older], format: 'JSONEachRow' });
      await client.command({ query: 'OPTIMIZE TABLE candor.edge_counts FINAL' });
      expect(await edgeBalance()).toEqual([{ day, product: 'emqx', accepted, unlogged: 3 }]);
      expect(await valuesOf(metrics.unlogged)).toBe(3);
      await accept(5, 'emqx', TODAY_MS, 3);
      await store(5, 0, 3);
      expect(await edgeBalance()).toEqual([{ day, product: 'emqx', accepted, unlogged: 0 }]);
    });

    test('a backlog is counted whole, and named as far as it is read', async () => {
      await accept(4, 'emqx', TODAY_MS, MAX_OPEN_EVENTS + 200);
      await check();
      await check();
      expect(await openEvents(4)).toEqual([
        { state: 'in_flight', day: utcDateOf(Date.now()), product: '', events: 200 },
        { state: 'in_flight', day: utcDateOf(TODAY_MS), product: 'emqx', events: MAX_OPEN_EVENTS },
      ]);
    });

    test('what a log held that is gone is missing once nothing is on its way any more', async () => {
      await pass(TOPICS.anonymized, 1, 2);
      const gone = log.generation;
      expect(await openEvents(3, gone)).toContainEqual(expect.objectContaining({ state: 'in_flight', events: 3 }));
      const other = await makeOtherLog(join(folder, 'other'));
      expect(other.generation).not.toBe(gone);
      await check(other);
      await other.close();
      const states = await openEvents(3, gone);
      expect(states.map(({ state }) => state)).not.toContain('in_flight');
      const [missing] = await rows(
        `SELECT missing_at_end FROM candor.lineage WHERE partition = 3 AND generation = '${gone}'`,
      );
      expect(missing).toEqual({ missing_at_end: 4 });
    });
  });

describeLogCheck(
  'the embedded log beside its outcomes',
  async (folder) => openEmbeddedLog(folder),
  async (folder) => openEmbeddedLog(folder),
);

describeWithKafka('on Kafka', () => {
  let broker: KafkaBroker;

  beforeAll(async () => {
    broker = await startKafka();
  }, 120_000);
  afterAll(() => broker?.close());

  const logger = createLogger('silent');

  /** A new broker has to make up its mind first who coordinates the groups. */
  const eventually = <T>(work: () => Promise<T>): Promise<T> =>
    retrying({ signal: new AbortController().signal, logger, stage: 'test' }, work);

  const openOn = async ({ address }: KafkaBroker): Promise<EventLog> => {
    const options = { config: kafkaConfig(address), clientId: 'test', topics: ALL_TOPICS, partitions: PARTITIONS };
    const log = await KafkaLog.open({ ...options, logger }, new AbortController().signal);
    for (const { name, consumer } of ALL_TOPICS) await eventually(() => log.lag(name, consumer));
    return log;
  };

  const makeAllTopics = async (): Promise<void> => {
    const admin = createKafkaClient(kafkaConfig(broker.address), 'test', logger).admin();
    await admin.connect();
    await admin.deleteTopics({ topics: (await admin.listTopics()).filter((topic) => topic.startsWith('candor.')) });
    await eventually(() => makeTopics(admin, { topics: ALL_TOPICS, partitions: PARTITIONS, replicationFactor: 1 }));
    await admin.disconnect();
  };

  const openNew = async (): Promise<EventLog> => {
    await makeAllTopics();
    return openOn(broker);
  };

  describeLogCheck('the log on Kafka beside its outcomes', openNew, openNew);
});
