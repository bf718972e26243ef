import { randomUUID } from 'node:crypto';
import type { ClickHouseClient } from '@clickhouse/client';
import type { z } from 'zod';
import type { Table } from '../../schemas/pack/table.ts';
import { OUTCOMES } from '../../schemas/pipeline/tables.ts';
import { monthOf } from '../../schemas/topics/rows.ts';
import { TOPICS } from '../../schemas/topics/topics.ts';
import { Brake } from '../runtime/brake.ts';
import type { EventLog, OwnedPartition } from '../runtime/log/event-log.ts';
import type { Logger } from '../runtime/logger.ts';
import type { Metrics } from '../runtime/metrics.ts';
import type { SchemaIds } from '../runtime/registry/schema-ids.ts';
import { retrying } from '../runtime/retry.ts';
import { undecodableEvent } from '../runtime/rows/undecodable.ts';
import { checkRepeats, NO_REPEATS, repeatsIn } from './check-repeats.ts';
import { DataRefusal, errorCode } from './clickhouse-errors.ts';
import type { sinkEnvironment } from './config.ts';
import { PartitionCursor } from './cursor.ts';
import { createWriteDeadLetter, refusedEvent } from './dead-letters.ts';
import { takePartition } from './fence.ts';
import { addToBlocks, type Block, Gathering } from './gathering.ts';
import { createInsert } from './insert.ts';
import { removeEvent } from './remove-event.ts';
import { type RowsMessage, RowsMessageReader } from './rows-message.ts';
import type { EventParts } from './split.ts';
import { storeBlocks } from './store.ts';
import { readWatermarks } from './watermark.ts';
import { WholeEvents } from './whole-events.ts';

/** The sink's configuration. */
export type SinkConfig = z.output<z.ZodObject<typeof sinkEnvironment>>;

/** What the sink works with. */
export interface SinkParts {
  readonly tables: ReadonlyMap<string, Table>;
  readonly log: EventLog;
  readonly ids: SchemaIds;
  readonly clickhouse: ClickHouseClient;
  readonly metrics: Metrics;
  readonly logger: Logger;
  /** Removes what requests for erasure ask for; runs in whichever sink owns the first partition, so in one at a time. */
  readonly erase?: (signal: AbortSignal) => Promise<void>;
}

const STAGE = 'sink';

/** The partition whose owner also erases. */
const ERASING_PARTITION = 0;

/** One read: some messages, each of which holds the rows of many events. */
const BATCH = { records: 500, bytes: 8 * 1024 * 1024 };

/** Stores rows in ClickHouse, each event exactly once, until `signal` aborts. */
export const runSink = async (config: SinkConfig, parts: SinkParts, signal: AbortSignal): Promise<void> => {
  const { tables, log, ids, clickhouse, metrics, logger } = parts;
  const owner = randomUUID();
  const reader = new RowsMessageReader(ids);
  const writeDeadLetter = await createWriteDeadLetter(ids, reader);
  const stop = new AbortController();
  const ended = AbortSignal.any([signal, stop.signal]);
  /** Aborts when nothing is stored any more. */
  const over = new AbortController();
  const gathering = new Gathering<OwnedPartition>({
    intervalMs: config.SINK_FLUSH_INTERVAL_MS,
    rows: config.SINK_MAX_BLOCK_ROWS,
    bytes: config.SINK_MAX_GATHERED_BYTES,
  });
  let sequence = 0;
  let newestReceivedAt = 0;

  const insert = async (block: Block): Promise<void> => {
    sequence += 1;
    const { table, rows, attempt } = createInsert(clickhouse, tables, owner, sequence, block);
    const stopTimer = metrics.insertSeconds.startTimer({ table });
    await retrying({ signal, logger, stage: STAGE }, () =>
      attempt().catch((error: Error) => {
        metrics.insertErrors.inc({ code: error instanceof DataRefusal ? error.code : errorCode(error.cause) });
        throw error;
      }),
    );
    stopTimer();
    metrics.insertedRows.inc({ table }, rows);
    metrics.newestStored.setToCurrentTime();
    newestReceivedAt = Math.max(newestReceivedAt, block.newestReceivedAt);
    metrics.newestReceived.set(newestReceivedAt / 1000);
  };

  // Of dead letters too: a sink that died before the outcome was stored may have written this one.
  const removable = [...tables.keys()].filter((table) => table !== OUTCOMES);
  const refusals = new Brake(config);

  const refuse = async (parts: EventParts, detail: string): Promise<readonly Block[]> => {
    const event = refusedEvent(parts, detail);
    refusals.count('row_refused');
    sequence += 1;
    const place = { ...event.lineage, month: monthOf(event.received_at) };
    const remove = () => removeEvent(clickhouse, removable, owner, sequence, place);
    await retrying({ signal, logger, stage: STAGE }, remove);
    const { product, kept } = event;
    metrics.outcomes.inc({ stage: STAGE, product, kind: kept?.kind ?? '', outcome: 'reject', reason: 'row_refused' });
    const blocks = new Map<string, Block>();
    for (const message of await writeDeadLetter(event)) addToBlocks(blocks, message);
    return [...blocks.values()];
  };

  const stored = (events: number): void => {
    for (let event = 0; event < events; event += 1) refusals.count('');
  };

  const store = async (): Promise<void> => {
    const { blocks, positions } = gathering.take();
    await storeBlocks(blocks, { insert, refuse, stored });
    for (const [owned, position] of positions) await owned.commit(position);
    gathering.stored();
  };

  const deadLetter = (partition: number, offset: number, value: Buffer): Promise<readonly RowsMessage[]> => {
    const place = { generation: log.generation, partition, offset };
    return writeDeadLetter(undecodableEvent(STAGE, TOPICS.rows.name, place, value));
  };

  /** What comes again must be what is stored: before anything of the batch is skipped, or committed with it. */
  const check = async (owned: OwnedPartition, batch: readonly RowsMessage[], cursor: WholeEvents): Promise<void> => {
    const repeats = repeatsIn(batch, log.generation, (message) => cursor.seen(message));
    if (repeats === NO_REPEATS) return;
    await gathering.settled(owned, owned.signal);
    if (owned.signal.aborted) return;
    await retrying({ signal: owned.signal, logger, stage: STAGE }, () =>
      checkRepeats(clickhouse, log.generation, repeats),
    );
  };

  const gather = async (owned: OwnedPartition): Promise<void> => {
    const watermarks = await retrying({ signal: owned.signal, logger, stage: STAGE }, async () => {
      await takePartition(clickhouse, owner, owned.partition, config.CLICKHOUSE_CLUSTER);
      return readWatermarks(clickhouse, tables.keys(), owned.partition);
    });
    const cursor = new WholeEvents(new PartitionCursor(watermarks));
    if (owned.partition === ERASING_PARTITION) void parts.erase?.(owned.signal);
    const brake = new Brake(config);
    for (let batch = await owned.next(BATCH); batch; batch = await owned.next(BATCH)) {
      await reader.prepare(batch.map(({ value }) => value));
      const read: { readonly offset: number; readonly message: RowsMessage }[] = [];
      for (const { offset, value } of batch) {
        const message = reader.read(value);
        brake.count(message === undefined ? 'envelope_undecodable' : '');
        const found = message ? [message] : await deadLetter(owned.partition, offset, value);
        read.push(...found.map((each) => ({ offset, message: each })));
      }
      await check(
        owned,
        read.map(({ message }) => message),
        cursor,
      );
      if (owned.signal.aborted) break;
      const messages = read.flatMap(({ offset, message }) => cursor.advance(offset, message));
      await gathering.room(owned.signal);
      gathering.add(owned, messages, cursor.commitOffset);
    }
    // The next owner, who may be this sink again, goes by what is stored: nothing of this ownership may come after that.
    await gathering.settled(owned, over.signal);
  };

  const storeRepeatedly = async (): Promise<void> => {
    try {
      while (!ended.aborted) {
        await gathering.due(ended);
        await store();
      }
      // What was gathered during the last one.
      await store();
    } catch (error) {
      stop.abort();
      throw error;
    } finally {
      over.abort();
    }
  };

  const consume = log.consume(TOPICS.rows.name, STAGE, ended, gather).finally(() => stop.abort());
  const results = await Promise.allSettled([consume, storeRepeatedly()]);
  for (const result of results) if (result.status === 'rejected' && !signal.aborted) throw result.reason;
};
