import type { ProductCatalog } from '../../schemas/pack/catalog.ts';
import type { Table } from '../../schemas/pack/table.ts';
import { PIPELINE_TABLES } from '../../schemas/pipeline/tables.ts';
import { ANONYMIZED_SCHEMA, type AnonymizedEvent } from '../../schemas/topics/anonymized.ts';
import { valueSubject } from '../../schemas/topics/rows.ts';
import { TOPICS } from '../../schemas/topics/topics.ts';
import type { BrakeConfig } from '../runtime/brake.ts';
import { Codec } from '../runtime/codec.ts';
import type { EventLog } from '../runtime/log/event-log.ts';
import type { Logger } from '../runtime/logger.ts';
import { mapYielding } from '../runtime/map-yielding.ts';
import type { Metrics } from '../runtime/metrics.ts';
import { reject } from '../runtime/outcome.ts';
import type { SchemaIds } from '../runtime/registry/schema-ids.ts';
import { BatchWriter, formatsOf } from '../runtime/rows/batch-writer.ts';
import { refusedRows } from '../runtime/rows/event-rows.ts';
import { undecodableEvent } from '../runtime/rows/undecodable.ts';
import { runStage } from '../runtime/stage-worker.ts';
import { createEnrich, refusedHere, STAGE, storedRows } from './enrich.ts';

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

/** Reads cleaned reports and writes their rows, in order, until `signal` aborts. */
export const runEnricher = async (
  config: BrakeConfig,
  { catalog, log, ids, metrics, logger }: EnricherParts,
  signal: AbortSignal,
): Promise<void> => {
  const codec = await Codec.of<AnonymizedEvent>(ids, valueSubject(TOPICS.anonymized.name), ANONYMIZED_SCHEMA);
  const formats = await formatsOf([...catalog.tables, ...Object.entries<Table>(PIPELINE_TABLES)], ids);
  const enrich = createEnrich(catalog);

  /** Writes the rows of an event; gives the reason when it was refused here. */
  const writeEvent = (writer: BatchWriter, event: AnonymizedEvent): string => {
    const { kept, refused } = event;
    if (kept === null) {
      const known = refused ?? refusedHere(reject('stage_failed', 'neither kept nor refused'));
      writer.write(event, refusedRows(event, known));
      return known.stage === STAGE ? known.reason : '';
    }
    const outcome = enrich(event, kept);
    const rejected = outcome.kind === 'emit' ? writer.tryWrite(event, storedRows(event, kept, outcome.event)) : outcome;
    const labels = { stage: STAGE, product: event.product, kind: kept.kind };
    if (rejected) writer.write(event, refusedRows(event, refusedHere(rejected)));
    metrics.outcomes.inc({ ...labels, outcome: rejected?.kind ?? 'emit', reason: rejected?.reason ?? '' });
    return rejected?.reason ?? '';
  };

  const options = {
    stage: STAGE,
    from: TOPICS.anonymized.name,
    to: TOPICS.rows.name,
    bounds: BATCH,
    log,
    metrics,
    logger,
    brake: config,
  };
  await runStage(options, signal, async (partition, records, brake) => {
    await codec.prepare(records.map(({ value }) => value));
    const writer = new BatchWriter(formats);
    const lastOffsets = new Map<string, number>();
    await mapYielding(records, ({ offset, value }) => {
      const place = { generation: log.generation, partition, offset };
      const event = codec.decode(value) ?? undecodableEvent(STAGE, TOPICS.anonymized.name, place, value);
      // An anonymizer that ended before its commit has written some events twice. The sink tells repetitions from message to
      // message by their first and last offset; within one, offsets must rise.
      const { generation, offset: rawOffset } = event.lineage;
      if (rawOffset <= (lastOffsets.get(generation) ?? -1)) return;
      lastOffsets.set(generation, rawOffset);
      brake.count(writeEvent(writer, event));
    });
    return writer.finish();
  });
};
