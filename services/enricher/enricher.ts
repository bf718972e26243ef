import type { ProductCatalog } from '../../schemas/pack/catalog.ts';
import type { Table } from '../../schemas/pack/table.ts';
import { PIPELINE_TABLES } from '../../schemas/pipeline/tables.ts';
import { ANONYMIZED_SCHEMA, type AnonymizedEvent } from '../../schemas/topics/anonymized.ts';
import { rowsSchema, rowsSubject, valueSubject } from '../../schemas/topics/rows.ts';
import { TOPICS } from '../../schemas/topics/topics.ts';
import { Codec } from '../runtime/codec.ts';
import { PermanentError } from '../runtime/errors.ts';
import type { EventLog } from '../runtime/log/event-log.ts';
import type { Logger } from '../runtime/logger.ts';
import type { Metrics } from '../runtime/metrics.ts';
import { reject } from '../runtime/outcome.ts';
import type { SchemaIds } from '../runtime/registry/schema-ids.ts';
import { runStage } from '../runtime/stage-worker.ts';
import { BatchWriter } from './batch-writer.ts';
import { createEnrich, refusedHere, refusedRows, STAGE, storedRows } from './enrich.ts';
import { type RowsFormat, rowsFormat } from './rows-writer.ts';

/** What the enricher works with. */
export interface EnricherParts {
  readonly catalog: ProductCatalog;
  readonly log: EventLog;
  readonly ids: SchemaIds;
  readonly metrics: Metrics;
  readonly logger: Logger;
}

/** One batch: enough events for messages worth sending; see the anonymizer's for why no more. */
const BATCH = { records: 200, bytes: 8 * 1024 * 1024 };

const formatsOf = async (catalog: ProductCatalog, ids: SchemaIds): Promise<ReadonlyMap<string, RowsFormat>> => {
  const tables: [string, Table][] = [...catalog.tables, ...Object.entries(PIPELINE_TABLES)];
  const formats = tables.map(async ([name, table]) => {
    const schemaId = await ids.idOf(rowsSubject(name), rowsSchema(name, table));
    return [name, rowsFormat(name, table, schemaId)] as const;
  });
  return new Map(await Promise.all(formats));
};

/** Reads cleaned reports and writes their rows, in order, until `signal` aborts. */
export const runEnricher = async (
  { catalog, log, ids, metrics, logger }: EnricherParts,
  signal: AbortSignal,
): Promise<void> => {
  const codec = await Codec.of<AnonymizedEvent>(ids, valueSubject(TOPICS.anonymized.name), ANONYMIZED_SCHEMA);
  const formats = await formatsOf(catalog, ids);
  const enrich = createEnrich(catalog);

  const writeEvent = (writer: BatchWriter, event: AnonymizedEvent): void => {
    const { kept, refused } = event;
    if (kept === null) {
      const known = refused ?? refusedHere(reject('stage_failed', 'neither kept nor refused'));
      writer.write(event, refusedRows(event, known));
      return;
    }
    const outcome = enrich(event, kept);
    const rejected = outcome.kind === 'emit' ? writer.tryWrite(event, storedRows(event, kept, outcome.event)) : outcome;
    const labels = { stage: STAGE, product: event.product, kind: kept.kind };
    if (rejected) writer.write(event, refusedRows(event, refusedHere(rejected)));
    metrics.outcomes.inc({ ...labels, outcome: rejected?.kind ?? 'emit', reason: rejected?.reason ?? '' });
  };

  const options = {
    stage: STAGE,
    from: TOPICS.anonymized.name,
    to: TOPICS.rows.name,
    bounds: BATCH,
    log,
    metrics,
    logger,
  };
  await runStage(options, signal, async (_partition, records) => {
    await codec.prepare(records.map(({ value }) => value));
    const writer = new BatchWriter(formats);
    for (const { offset, value } of records) {
      const event = codec.decode(value);
      if (event === undefined)
        throw new PermanentError(`${TOPICS.anonymized.name}: offset ${offset} is no anonymized event`);
      writeEvent(writer, event);
    }
    return writer.finish();
  });
};
