import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { ClickHouseClient } from '@clickhouse/client';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { DATABASE, openClickHouse } from '../../infra/clickhouse/client.ts';
import { createTable } from '../../infra/clickhouse/ddl.ts';
import { migrate } from '../../infra/clickhouse/migrate.ts';
import type { Table } from '../../schemas/pack/table.ts';
import { PIPELINE_TABLES } from '../../schemas/pipeline/tables.ts';
import type { AnonymizedEvent } from '../../schemas/topics/anonymized.ts';
import { rowsSchema, rowsSubject } from '../../schemas/topics/rows.ts';
import { TOPICS } from '../../schemas/topics/topics.ts';
import { PermanentError } from '../../services/runtime/errors.ts';
import { EmbeddedLog } from '../../services/runtime/log/embedded.ts';
import { createLogger } from '../../services/runtime/logger.ts';
import { createMetrics } from '../../services/runtime/metrics.ts';
import { EmbeddedSchemaIds } from '../../services/runtime/registry/embedded.ts';
import { BatchWriter, formatsOf } from '../../services/runtime/rows/batch-writer.ts';
import { DATA_CODES } from '../../services/sink/clickhouse-errors.ts';
import { runSink } from '../../services/sink/sink.ts';
import { type ClickHouseServer, startClickHouse } from '../support/clickhouse.ts';
import { eventually } from '../support/eventually.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { TINY_TABLES } from '../support/tiny-catalog.ts';

/** ClickHouse refuses a user with as many logins or more: the one value of a report that it does not take. */
const REFUSED_LOGINS = 1_000;

const CONFIG = {
  SINK_FLUSH_INTERVAL_MS: 1,
  SINK_MAX_BLOCK_ROWS: 900_000,
  SINK_MAX_GATHERED_BYTES: 64_000_000,
  BRAKE_MAX_FAULT_PERCENT: 20,
  BRAKE_MAX_CONSECUTIVE_FAULTS: 1_000,
};

const TABLES: ReadonlyMap<string, Table> = new Map(Object.entries({ ...TINY_TABLES, ...PIPELINE_TABLES }));

let server: ClickHouseServer;
let admin: ClickHouseClient;
let sink: ClickHouseClient;

beforeAll(async () => {
  server = await startClickHouse();
  admin = openClickHouse(server.admin);
  sink = openClickHouse(server.sink);
  await migrate(admin);
  for (const [name, table] of Object.entries(TINY_TABLES))
    await admin.command({ query: createTable(DATABASE, name, table, 30) });
  const query = `ALTER TABLE ${DATABASE}.tiny_users ADD CONSTRAINT possible CHECK logins < ${REFUSED_LOGINS}`;
  await admin.command({ query });
}, 60_000);

afterAll(async () => {
  await sink?.close();
  await admin?.close();
  await server?.close();
});

const eventAt = (generation: string, partition: number, offset: number): AnonymizedEvent => ({
  event_id: randomUUID(),
  received_at: Date.now(),
  product: 'tiny',
  lineage: { generation, partition, offset },
  bytes: 100 + offset,
  replay_of: null,
  kept: {
    kind: 'tiny.report',
    installation_id: `installation-${partition}`,
    country: 'DE',
    region: null,
    geo_build: 20_000,
    address_hash: null,
    unknown_fields: [],
    document: '',
  },
  refused: null,
});

/** A log of its own whose topic of rows holds these events; `refused` of them have a value that ClickHouse does not take. */
const logWith = async (partitions: number, events: number, refused: readonly string[]) => {
  const folder = await temporaryFolder();
  const log = new EmbeddedLog({
    path: join(folder, 'log'),
    partitions,
    topics: Object.values(TOPICS),
    maxBytes: 1_000_000_000,
    onSweepError: () => undefined,
  });
  const ids = new EmbeddedSchemaIds(join(folder, 'registry'));
  onTestFinished(async () => {
    await log.close();
    await ids.close();
  });
  for (const [name, table] of TABLES) await ids.register(rowsSubject(name), rowsSchema(name, table));
  for (let partition = 0; partition < partitions; partition += 1) {
    const writer = new BatchWriter(await formatsOf(TABLES, ids));
    for (let offset = 0; offset < events; offset += 1) {
      const logins = refused.includes(`${partition}/${offset}`) ? REFUSED_LOGINS : offset;
      writer.write(eventAt(log.generation, partition, offset), {
        tiny_reports: [{ version: `${partition}/${offset}` }],
        tiny_users: [1, logins].map((count, index) => ({ user_index: index, logins: count })),
        outcomes: [
          { kind: 'tiny.report', outcome: 'stored', stage: 'enricher', reason: '', bytes: 1, rows: 3, replay_of: null },
        ],
      });
    }
    await log.append(TOPICS.rows.name, partition, writer.finish());
  }
  return { log, ids };
};

type Parts = Awaited<ReturnType<typeof logWith>>;

/** Runs a sink until the log is empty; rejects when it ends by itself. */
const runUntilEmpty = async ({ log, ids }: Parts, clickhouse: ClickHouseClient, config = CONFIG): Promise<void> => {
  const stop = new AbortController();
  const parts = { log, ids, clickhouse, tables: TABLES, metrics: createMetrics(), logger: createLogger('silent') };
  const running = runSink(config, parts, stop.signal);
  const empty = eventually('an empty log', 30_000, async () => {
    const lag = await log.lag(TOPICS.rows.name, TOPICS.rows.consumer);
    return lag === 0 || undefined;
  });
  await Promise.race([running, empty]);
  stop.abort();
  await running;
};

const ask = async (query: string): Promise<unknown[]> =>
  (await admin.query({ query, format: 'JSONCompactEachRow' })).json<unknown>();

/** Everything that is stored of a log. */
const storedOf = async ({ log }: Parts) => {
  const of = `WHERE _generation = '${log.generation}'`;
  const place = "concat(toString(_partition), '/', toString(_offset)) AS place";
  const outcomesBy = (outcome: string) =>
    ask(`SELECT ${place} FROM ${DATABASE}.outcomes ${of} AND outcome = '${outcome}' ORDER BY _partition, _offset`);
  return {
    reports: await ask(`SELECT ${place} FROM ${DATABASE}.tiny_reports ${of} ORDER BY _partition, _offset`),
    users: await ask(
      `SELECT ${place}, count() FROM ${DATABASE}.tiny_users ${of} GROUP BY _partition, _offset ORDER BY _partition, _offset`,
    ),
    stored: await outcomesBy('stored'),
    rejected: await outcomesBy('reject'),
    letters: await ask(
      `SELECT ${place}, kind, stage, reason, detail, installation_id FROM ${DATABASE}.dead_letters ${of} ORDER BY _partition, _offset`,
    ),
  };
};

/** What must be stored of `logWith` with the same numbers. */
const expected = (partitions: number, events: number, refused: readonly string[]) => {
  const places = Array.from(
    { length: partitions * events },
    (_, index) => `${Math.floor(index / events)}/${index % events}`,
  );
  const good = places.filter((place) => !refused.includes(place));
  const letter = ['tiny.report', 'sink', 'row_refused', 'tiny_users: 469 VIOLATED_CONSTRAINT'];
  return {
    reports: good.map((place) => [place]),
    users: good.map((place) => [place, 2]),
    stored: good.map((place) => [place]),
    rejected: refused.map((place) => [place]),
    letters: refused.map((place) => [place, ...letter, `installation-${place.split('/')[0]}`]),
  };
};

/** A client whose `count`th statement takes effect, and then the sink is gone; like the real one afterwards. */
const dyingAfter = (count: number) => {
  let statements = 0;
  const dying = new Proxy(sink, {
    get: (target, name) => {
      if (name !== 'exec' && name !== 'command') return Reflect.get(target, name).bind(target);
      return async (...parameters: unknown[]) => {
        const result = await Reflect.get(target, name).apply(target, parameters as never);
        statements += 1;
        if (statements >= count) throw new TypeError('the process is gone');
        return result;
      };
    },
  });
  return dying;
};

test('the codes that speak of a value have the names that the server gives them', async () => {
  const names = await ask(`SELECT errorCodeToName(arrayJoin([${[...DATA_CODES.keys()].join(', ')}]))`);
  expect(names).toEqual([...DATA_CODES.values()].map((name) => [name]));
});

describe('a report with one value that ClickHouse refuses', () => {
  test.each([
    ['one of many', 100, ['1/57']],
    ['the first and the last', 20, ['0/0', '1/19']],
    ['neighbours', 20, ['0/7', '0/8', '1/0']],
    ['all there is', 1, ['0/0', '1/0']],
  ])(
    'becomes a dead letter as a whole, and the rest lands: %s',
    async (_which, events, refused) => {
      const parts = await logWith(2, events, refused);
      await runUntilEmpty(parts, sink);
      expect(await storedOf(parts)).toEqual(expected(2, events, refused));
    },
    60_000,
  );

  test('does so exactly once wherever the sink dies meanwhile', async () => {
    const refused = ['0/1', '1/3'];
    for (let statement = 1; ; statement += 1) {
      const parts = await logWith(2, 4, refused);
      const isDead = await runUntilEmpty(parts, dyingAfter(statement)).then(
        () => false,
        (error: unknown) => {
          expect(error).toBeInstanceOf(PermanentError);
          return true;
        },
      );
      if (isDead) await runUntilEmpty(parts, sink);
      expect(await storedOf(parts), `dead after statement ${statement}`).toEqual(expected(2, 4, refused));
      if (!isDead) break;
    }
  }, 240_000);

  test('stops the sink when it is no single report but most of them: a table that is wrong costs no more than the brake lets through', async () => {
    const events = 30;
    const config = { ...CONFIG, BRAKE_MAX_CONSECUTIVE_FAULTS: 10 };
    const parts = await logWith(
      1,
      events,
      Array.from({ length: events }, (_, offset) => `0/${offset}`),
    );
    await expect(runUntilEmpty(parts, sink, config)).rejects.toThrow(/^more than 10 events in a row/);
  }, 120_000);
});
