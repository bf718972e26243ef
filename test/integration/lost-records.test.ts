import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { ClickHouseClient } from '@clickhouse/client';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { DATABASE, openClickHouse } from '../../infra/clickhouse/client.ts';
import { migrate } from '../../infra/clickhouse/migrate.ts';
import type { Table } from '../../schemas/pack/table.ts';
import { PIPELINE_TABLES } from '../../schemas/pipeline/tables.ts';
import type { AnonymizedEvent } from '../../schemas/topics/anonymized.ts';
import { rowsSchema, rowsSubject } from '../../schemas/topics/rows.ts';
import { TOPICS } from '../../schemas/topics/topics.ts';
import { EmbeddedLog } from '../../services/runtime/log/embedded.ts';
import { createLogger } from '../../services/runtime/logger.ts';
import { createMetrics } from '../../services/runtime/metrics.ts';
import { EmbeddedSchemaIds } from '../../services/runtime/registry/embedded.ts';
import { BatchWriter, formatsOf } from '../../services/runtime/rows/batch-writer.ts';
import { runSink } from '../../services/sink/sink.ts';
import { type ClickHouseServer, startClickHouse } from '../support/clickhouse.ts';
import { eventually } from '../support/eventually.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const CONFIG = {
  SINK_FLUSH_INTERVAL_MS: 1,
  SINK_MAX_BLOCK_ROWS: 900_000,
  SINK_MAX_GATHERED_BYTES: 64_000_000,
  BRAKE_MAX_FAULT_PERCENT: 20,
  BRAKE_MAX_CONSECUTIVE_FAULTS: 1_000,
};

const TABLES: ReadonlyMap<string, Table> = new Map(Object.entries(PIPELINE_TABLES));

/** An event's time of receipt never changes. */
const RECEIVED_AT = Date.now();

const OUTCOME = { kind: '', outcome: 'drop', stage: 'anonymizer', reason: 'duplicate', bytes: 1, rows: 0 };

let server: ClickHouseServer;
let clickhouse: ClickHouseClient;

beforeAll(async () => {
  server = await startClickHouse();
  const admin = openClickHouse(server.admin);
  await migrate(admin).finally(() => admin.close());
  clickhouse = openClickHouse(server.sink);
}, 60_000);

afterAll(async () => {
  await clickhouse?.close();
  await server?.close();
});

/** A log whose topic of rows gets the outcomes of events, and a sink that stores them. */
const open = async () => {
  const folder = await temporaryFolder();
  const topics = Object.values(TOPICS);
  const limits = { partitions: 1, topics, maxBytes: 1_000_000_000, onSweepError: () => undefined };
  const log = new EmbeddedLog({ path: join(folder, 'log'), ...limits });
  const ids = new EmbeddedSchemaIds(join(folder, 'registry'));
  for (const [name, table] of TABLES) await ids.register(rowsSubject(name), rowsSchema(name, table));
  onTestFinished(async () => {
    await log.close();
    await ids.close();
  });
  const parts = { log, ids, clickhouse, tables: TABLES, metrics: createMetrics(), logger: createLogger('silent') };
  const start = () => {
    const stop = new AbortController();
    const running = runSink(CONFIG, parts, stop.signal);
    onTestFinished(() => stop.abort());
    const end = (): Promise<void> => {
      stop.abort();
      return running;
    };
    return { running, end };
  };
  /** Appends one message, with the outcomes of these events: place in the raw log and id. */
  const append = async (...events: readonly (readonly [offset: number, id: string])[]): Promise<void> => {
    const writer = new BatchWriter(await formatsOf([...TABLES], ids));
    for (const [offset, event_id] of events) {
      const event: AnonymizedEvent = {
        event_id,
        received_at: RECEIVED_AT,
        product: 'tiny',
        lineage: { generation: log.generation, partition: 0, offset },
        bytes: 1,
        replay_of: null,
        kept: null,
        refused: null,
      };
      writer.write(event, { outcomes: [{ ...OUTCOME, replay_of: null }] });
    }
    await log.append(TOPICS.rows.name, 0, writer.finish());
  };
  const lag = () => log.lag(TOPICS.rows.name, TOPICS.rows.consumer);
  const stored = async (): Promise<unknown[]> => {
    const query = `SELECT event_id FROM ${DATABASE}.outcomes WHERE _generation = '${log.generation}' ORDER BY _offset`;
    return (await (await clickhouse.query({ query, format: 'JSONCompactEachRow' })).json<[string]>()).flat();
  };
  const untilStored = () => eventually('an empty log', 20_000, async () => (await lag()) === 0 || undefined);
  return { append, start, lag, stored, untilStored };
};

const [A, B, C, D] = [randomUUID(), randomUUID(), randomUUID(), randomUUID()];

const LOST = /^the event at 0\/1 of the raw log comes again and is not the one that is stored there/;

describe('events that come again', () => {
  test('are skipped when they are those that are stored, whenever they come', async () => {
    const { append, start, stored, untilStored } = await open();
    const sink = start();
    await append([0, A], [1, B]);
    await untilStored();
    await append([0, A], [1, B]);
    await append([1, B], [2, C]);
    await untilStored();
    await sink.end();
    expect(await stored()).toEqual([A, B, C]);
  });

  test('stop the sink when another one has got the place of one that is stored', async () => {
    const { append, start, lag, stored, untilStored } = await open();
    const { running } = start();
    await append([0, A], [1, B]);
    await untilStored();
    await append([1, D], [2, C]);
    await expect(running).rejects.toThrow(LOST);
    await expect(start().running).rejects.toThrow(LOST);
    expect(await stored()).toEqual([A, B]);
    // What stands at the wrong place is still to be read, by whoever has put it right.
    expect(await lag()).toBeGreaterThan(0);
  });

  test('stop the sink when two of one batch have the same place', async () => {
    const { append, start, stored } = await open();
    await append([0, A], [1, B]);
    await append([1, D], [2, C]);
    await expect(start().running).rejects.toThrow(LOST);
    expect(await stored()).toEqual([]);
  });
});
