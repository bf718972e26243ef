import { createHash } from 'node:crypto';
import type { AnonymizedEvent, Lineage } from '../../../schemas/topics/anonymized.ts';
import type { RawEvent } from '../../../schemas/topics/raw.ts';

/**
 * What stands in for a raw event whose envelope can't be read: only its place is known. The id is made of that place, so that
 * a repetition is the same event.
 */
export const undecodableRaw = (
  { partition, offset }: Pick<Lineage, 'partition' | 'offset'>,
  value: Buffer,
): RawEvent => ({
  event_id: `00000000-0000-8000-8${partition.toString(16).padStart(3, '0')}-${offset.toString(16).padStart(12, '0')}`,
  received_at: Date.now(),
  product: '',
  door: '',
  method: 'POST',
  replay_of: null,
  encoding: 'identity',
  address: null,
  body: value,
});

/**
 * What stands in for a value of a later topic that can't be read. Its place in the raw log is unknown, so its lineage is its
 * place in that topic: a generation of its own, which no watermark of the raw log knows.
 */
export const undecodableEvent = (stage: string, topic: string, place: Lineage, value: Buffer): AnonymizedEvent => {
  const { event_id, received_at, product } = undecodableRaw(place, value);
  return {
    event_id,
    received_at,
    product,
    lineage: { ...place, generation: `${topic}@${place.generation}` },
    bytes: value.length,
    replay_of: null,
    kept: null,
    refused: {
      outcome: 'reject',
      kind: '',
      stage,
      reason: 'envelope_undecodable',
      detail: topic,
      body_sha256: createHash('sha256').update(value).digest('hex'),
    },
  };
};
