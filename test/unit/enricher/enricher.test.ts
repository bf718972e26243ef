import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { PIPELINE_TABLES } from '../../../schemas/pipeline/tables.ts';
import { allSubjects } from '../../../schemas/subjects.ts';
import { ANONYMIZED_SCHEMA, type AnonymizedEvent } from '../../../schemas/topics/anonymized.ts';
import { rowsSchema, valueSubject } from '../../../schemas/topics/rows.ts';
import { PARTITIONS, TOPICS } from '../../../schemas/topics/topics.ts';
import { runEnricher } from '../../../services/enricher/enricher.ts';
import { Codec } from '../../../services/runtime/codec.ts';
import { EmbeddedLog } from '../../../services/runtime/log/embedded.ts';
import { createLogger } from '../../../services/runtime/logger.ts';
import { createMetrics } from '../../../services/runtime/metrics.ts';
import { EmbeddedSchemaIds } from '../../../services/runtime/registry/embedded.ts';
import { readMessage } from '../../support/rows.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { tinyCatalog } from '../../support/tiny-catalog.ts';

const BRAKE = { BRAKE_MAX_FAULT_PERCENT: 20, BRAKE_MAX_CONSECUTIVE_FAULTS: 1_000 };

const eventAt = (offset: number): AnonymizedEvent => ({
  event_id: `0198a2c4-0000-7000-8000-00000000000${offset}`,
  received_at: Date.UTC(2026, 10, 21),
  product: 'tiny',
  lineage: { generation: 'g1', partition: 0, offset },
  bytes: 1,
  replay_of: null,
  kept: null,
  refused: { outcome: 'drop', kind: '', stage: 'anonymizer', reason: 'opted_out', detail: '', body_sha256: '' },
});

test('an anonymizer that was killed before it could commit writes its batch again: each event becomes rows once', async () => {
  const folder = await temporaryFolder();
  const log = new EmbeddedLog({
    path: join(folder, 'log'),
    partitions: PARTITIONS,
    topics: Object.values(TOPICS),
    maxBytes: 1024 ** 3,
    onSweepError: (error) => Promise.reject(error),
  });
  onTestFinished(() => log.close());
  const ids = new EmbeddedSchemaIds(join(folder, 'ids'));
  onTestFinished(() => ids.close());
  for (const [subject, definition] of allSubjects(tinyCatalog)) await ids.register(subject, definition);
  const codec = await Codec.of<AnonymizedEvent>(ids, valueSubject(TOPICS.anonymized.name), ANONYMIZED_SCHEMA);
  const values = [4, 5, 6, 5, 6, 7].map((offset) => codec.encode(eventAt(offset)));
  await log.append(TOPICS.anonymized.name, 0, values);

  const stop = new AbortController();
  const parts = { catalog: tinyCatalog, log, ids, metrics: createMetrics(), logger: createLogger('silent') };
  const enriching = runEnricher(BRAKE, parts, stop.signal);
  let written: Buffer | undefined;
  await log.consume(TOPICS.rows.name, 'sink', stop.signal, async (owned) => {
    const records = await owned.next({ records: 10, bytes: 1_000_000 });
    written ??= records?.[0]?.value;
    stop.abort();
  });
  await enriching;
  const { header, rows } = readMessage(written ?? Buffer.alloc(0), rowsSchema('outcomes', PIPELINE_TABLES.outcomes));
  expect(rows.map((row) => row._offset)).toEqual([4, 5, 6, 7]);
  expect(header).toMatchObject({ first_offset: 4, last_offset: 7 });
});
