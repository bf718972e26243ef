import { createHash } from 'node:crypto';
import type { z } from 'zod';
import type { ProductCatalog } from '../../schemas/pack/catalog.ts';
import { ANONYMIZED_SCHEMA, type AnonymizedEvent, type Kept, type Refused } from '../../schemas/topics/anonymized.ts';
import { RAW_SCHEMA, type RawEvent } from '../../schemas/topics/raw.ts';
import { valueSubject } from '../../schemas/topics/rows.ts';
import { TOPICS } from '../../schemas/topics/topics.ts';
import type { Brake } from '../runtime/brake.ts';
import { Codec } from '../runtime/codec.ts';
import type { EventLog } from '../runtime/log/event-log.ts';
import type { Logger } from '../runtime/logger.ts';
import { mapYielding } from '../runtime/map-yielding.ts';
import type { Metrics } from '../runtime/metrics.ts';
import { type Outcome, reject } from '../runtime/outcome.ts';
import type { SchemaIds } from '../runtime/registry/schema-ids.ts';
import { undecodableRaw } from '../runtime/rows/undecodable.ts';
import { loadAddressKeys, unseal } from '../runtime/sealed-address.ts';
import { runStage } from '../runtime/stage-worker.ts';
import type { StateStore } from '../runtime/state/state-store.ts';
import { loadSuppressionSalt, suppressionName } from '../runtime/suppression.ts';
import { loadHashAddress } from './address-hash.ts';
import { type AnonymizeContext, type Anonymized, createAnonymize } from './anonymize.ts';
import { dropDuplicates, type Judged } from './claims.ts';
import { type anonymizerEnvironment, documentBounds } from './config.ts';
import type { Locate } from './place.ts';
import { SharedNames } from './shared-names.ts';
import { dropSuppressed } from './suppressed.ts';

/** The anonymizer's configuration. */
export type AnonymizerConfig = z.output<z.ZodObject<typeof anonymizerEnvironment>>;

/** What the anonymizer works with. */
export interface AnonymizerParts {
  readonly catalog: ProductCatalog;
  readonly log: EventLog;
  readonly state: StateStore;
  readonly ids: SchemaIds;
  readonly locate: Locate;
  readonly metrics: Metrics;
  readonly logger: Logger;
}

const STAGE = 'anonymizer';

/**
 * One batch: enough to share a flush of the log, and little enough that an edge in the same process answers in between: with
 * 500 records the 99th percentile of its answers at 1,000 reports/s was 80 to 460 ms, with 100 it was 50 ms (`npm run bench`).
 */
const BATCH = { records: 100, bytes: 8 * 1024 * 1024 };

const refused = (raw: RawEvent, outcome: Exclude<Outcome<Anonymized>, { kind: 'emit' }>): Refused => ({
  outcome: outcome.kind,
  kind: outcome.documentKind,
  stage: STAGE,
  reason: outcome.reason,
  detail: outcome.kind === 'reject' ? outcome.detail : '',
  body_sha256: createHash('sha256').update(raw.body).digest('hex'),
});

/** Reads raw events and writes them without personal data, one for one and in order, until `signal` aborts. */
export const runAnonymizer = async (
  config: AnonymizerConfig,
  parts: AnonymizerParts,
  signal: AbortSignal,
): Promise<void> => {
  const { log, state, ids, locate, metrics, logger } = parts;
  const rawCodec = await Codec.of<RawEvent>(ids, valueSubject(TOPICS.raw.name), RAW_SCHEMA);
  const outCodec = await Codec.of<AnonymizedEvent>(ids, valueSubject(TOPICS.anonymized.name), ANONYMIZED_SCHEMA);
  const anonymize = createAnonymize(parts.catalog, documentBounds(config));
  if (config.ADDRESS_HASH === 'sha1-insecure')
    logger.warn(
      'ADDRESS_HASH=sha1-insecure: whoever reads the tables can find the addresses out by trying all of them',
    );
  const sharedNames = new SharedNames();
  const isHashed = ({ product, address }: RawEvent): boolean =>
    address !== null && parts.catalog.products.get(product)?.privacy.address === 'hash';

  /** What is kept; of the names of its unknown fields only those that are not one installation's own. */
  const keptOf = (product: string, { kept }: Anonymized): Kept => {
    metrics.unknownFields.inc({ product }, kept.unknown_fields.length);
    return { ...kept, unknown_fields: sharedNames.add(product, kept.installation_id, kept.unknown_fields) };
  };

  const salt = await loadSuppressionSalt(state, config.ANONYMIZER_SUPPRESSION_SALT);
  const suppression = (product: string, id: string): string => suppressionName(salt, product, id);

  const encode = (brake: Brake, { lineage, raw }: Judged, outcome: Outcome<Anonymized>): Buffer => {
    brake.count(outcome.kind === 'emit' ? '' : outcome.reason);
    const isKept = outcome.kind === 'emit';
    const event: AnonymizedEvent = {
      event_id: raw.event_id,
      received_at: raw.received_at,
      product: raw.product,
      lineage,
      bytes: raw.body.length,
      replay_of: raw.replay_of,
      kept: isKept ? keptOf(raw.product, outcome.event) : null,
      refused: isKept ? null : refused(raw, outcome),
    };
    const labels = { stage: STAGE, product: raw.product, kind: event.kept?.kind ?? event.refused?.kind ?? '' };
    metrics.outcomes.inc({ ...labels, outcome: outcome.kind, reason: event.refused?.reason ?? '' });
    if (isKept) {
      for (const [detector, times] of outcome.event.found)
        metrics.scrubbed.inc({ product: raw.product, detector }, times);
    }
    return outCodec.encode(event);
  };

  const options = {
    stage: STAGE,
    from: TOPICS.raw.name,
    to: TOPICS.anonymized.name,
    bounds: BATCH,
    log,
    metrics,
    logger,
    brake: config,
  };
  await runStage(options, signal, async (partition, records, brake) => {
    await rawCodec.prepare(records.map(({ value }) => value));
    const events = records.map(({ offset, value }) => ({ offset, value, raw: rawCodec.decode(value) }));
    const keyIds = new Set(events.flatMap(({ raw }) => raw?.address?.key_id ?? []));
    const hashedAt = events.flatMap(({ raw }) => (raw && isHashed(raw) ? raw.received_at : []));
    const [keys, hashAddress] = await Promise.all([
      loadAddressKeys(state, keyIds),
      loadHashAddress(config.ADDRESS_HASH, state, hashedAt),
    ]);
    const contextOf = ({ event_id, replay_of, address, received_at }: RawEvent): AnonymizeContext => {
      const key = address && keys.get(address.key_id);
      return {
        address: key ? unseal(key, replay_of ?? event_id, address.sealed) : undefined,
        locate,
        hash: (clear) => hashAddress(clear, received_at),
        suppression,
      };
    };
    const judged = await mapYielding(events, ({ offset, value, raw }): Judged => {
      const lineage = { generation: log.generation, partition, offset };
      if (raw === undefined)
        return { lineage, raw: undecodableRaw(lineage, value), outcome: reject('envelope_undecodable') };
      return { lineage, raw, outcome: anonymize(raw, contextOf(raw)) };
    });
    // In this order: what is kept out must not claim that it has come.
    const wanted = await dropSuppressed(state, suppression, judged);
    const outcomes = await dropDuplicates(state, wanted);
    return mapYielding([...wanted.entries()], ([index, event]) =>
      encode(brake, event, outcomes[index] ?? event.outcome),
    );
  });
};
