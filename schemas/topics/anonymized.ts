import type { schema } from 'avsc';

/** Where an event stands in the raw log; it stays with the event and its rows for ever. */
export interface Lineage {
  /** Name of the raw log: another one after it was made anew. */
  readonly generation: string;
  readonly partition: number;
  readonly offset: number;
}

/** A report that passed its contract: nothing personal is left in it. */
export interface Kept {
  readonly kind: string;
  readonly installation_id: string;
  readonly country: string;
  /** ISO 3166-2 code, empty when unknown; null where the product's policy keeps no region. */
  readonly region: string | null;
  /** Days since 1970; null when the address was unknown. */
  readonly geo_build: number | null;
  readonly address_hash: string | null;
  /** Paths of the fields that the contract does not list, which are dropped. */
  readonly unknown_fields: readonly string[];
  /** The cleaned document as JSON. */
  readonly document: string;
}

/** A report that goes no further, on purpose (`drop`) or because it is invalid (`reject`). */
export interface Refused {
  readonly outcome: string;
  readonly kind: string;
  readonly stage: string;
  readonly reason: string;
  /** Where in the document and which rule; never a value of it. */
  readonly detail: string;
  /** SHA-256 of the body as it came, hex. */
  readonly body_sha256: string;
}

/** What the anonymizer writes for every raw event: exactly one of `kept` and `refused`. */
export interface AnonymizedEvent {
  readonly event_id: string;
  readonly received_at: number;
  readonly product: string;
  readonly lineage: Lineage;
  /** Bytes of the body as it came. */
  readonly bytes: number;
  /** The event that this one is a replay of; null for what a client sent. */
  readonly replay_of: string | null;
  readonly kept: Kept | null;
  readonly refused: Refused | null;
}

const text = (name: string) => ({ name, type: 'string' });

/** Avro schema of {@link AnonymizedEvent}. */
export const ANONYMIZED_SCHEMA: schema.RecordType = {
  type: 'record',
  name: 'candor.AnonymizedEvent',
  doc: 'A report without personal data, or the reason why there is none',
  fields: [
    text('event_id'),
    { name: 'received_at', type: { type: 'long', logicalType: 'timestamp-millis' } },
    text('product'),
    {
      name: 'lineage',
      type: {
        type: 'record',
        name: 'candor.Lineage',
        fields: [text('generation'), { name: 'partition', type: 'int' }, { name: 'offset', type: 'long' }],
      },
    },
    { name: 'bytes', type: 'long' },
    { name: 'replay_of', type: ['null', 'string'], default: null },
    {
      name: 'kept',
      type: [
        'null',
        {
          type: 'record',
          name: 'candor.Kept',
          fields: [
            text('kind'),
            text('installation_id'),
            text('country'),
            { name: 'region', type: ['null', 'string'], default: null },
            { name: 'geo_build', type: ['null', { type: 'int', logicalType: 'date' }] },
            { name: 'address_hash', type: ['null', 'string'] },
            { name: 'unknown_fields', type: { type: 'array', items: 'string' }, default: [] },
            text('document'),
          ],
        },
      ],
    },
    {
      name: 'refused',
      type: [
        'null',
        {
          type: 'record',
          name: 'candor.Refused',
          fields: ['outcome', 'kind', 'stage', 'reason', 'detail', 'body_sha256'].map(text),
        },
      ],
    },
  ],
};
