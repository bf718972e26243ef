import { randomUUIDv7 } from 'node:crypto';
import { RAW_SCHEMA, type RawEvent } from '../../schemas/topics/raw.ts';
import { valueSubject } from '../../schemas/topics/rows.ts';
import { PARTITIONS, TOPICS } from '../../schemas/topics/topics.ts';
import { Codec } from '../runtime/codec.ts';
import type { Metrics } from '../runtime/metrics.ts';
import type { SchemaIds } from '../runtime/registry/schema-ids.ts';
import { AddressKeys } from '../runtime/sealed-address.ts';
import type { StateStore } from '../runtime/state/state-store.ts';
import type { AcceptedCounter } from './accepted-counter.ts';
import type { AppendRaw } from './append-raw.ts';
import type { Receipt } from './receipts/receipt.ts';

/** What the edge knows of a report: the bytes as they came, and who sent them. */
export interface ReceivedReport
  extends Pick<RawEvent, 'product' | 'door' | 'method' | 'encoding' | 'body' | 'received_at'> {
  /** The client's address in clear; it goes no further than the seal. */
  readonly client: string | undefined;
}

/**
 * Makes a report durable and resolves with its receipt.
 *
 * @throws RetryableError when it can't be made durable; it may be in the log all the same.
 */
export type WriteReport = (report: ReceivedReport) => Promise<Receipt>;

/** Creates the writer of raw events: seals the address first, then appends, partition by partition in turn. */
export const createWriteReport = async (parts: {
  readonly append: AppendRaw;
  readonly state: StateStore;
  readonly ids: SchemaIds;
  readonly metrics: Metrics;
  readonly accepted: Pick<AcceptedCounter, 'count'>;
}): Promise<WriteReport> => {
  const codec = await Codec.of<RawEvent>(parts.ids, valueSubject(TOPICS.raw.name), RAW_SCHEMA);
  const keys = new AddressKeys(parts.state);
  let turn = 0;
  return async ({ client, ...report }) => {
    const event_id = randomUUIDv7();
    const address = await keys.seal(event_id, client, Date.now());
    if (client !== undefined && address === null) parts.metrics.addressesDropped.inc();
    turn = (turn + 1) % PARTITIONS;
    const partition = turn;
    const value = codec.encode({ ...report, event_id, replay_of: null, address });
    const offset = await parts.append(partition, value);
    parts.metrics.accepted.inc({ product: report.product });
    parts.accepted.count(report.product, report.received_at);
    return { eventId: event_id, place: offset === undefined ? undefined : { partition, offset } };
  };
};
