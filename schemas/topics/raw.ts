import type { schema } from 'avsc';

/** The client address, sealed under a key that is destroyed a day later. */
export interface SealedAddress {
  /** Names the key in the state store. */
  readonly key_id: string;
  /** Nonce, ciphertext and tag of AES-256-GCM. */
  readonly sealed: Buffer;
}

/** What the edge writes: the bytes as they came, nothing parsed. Its place in the log is its lineage. */
export interface RawEvent {
  readonly event_id: string;
  /** ms since 1970. */
  readonly received_at: number;
  readonly product: string;
  /** Path of the door that it came through. */
  readonly door: string;
  /** HTTP method: `POST`, or `DELETE` for the opt-outs of products that have one. */
  readonly method: string;
  /** The event that this one is a replay of; null for what a client sent. */
  readonly replay_of: string | null;
  /** Content-Encoding as claimed: `identity` or one that the anonymizer can inflate. */
  readonly encoding: string;
  readonly address: SealedAddress | null;
  readonly body: Buffer;
}

/** Avro schema of {@link RawEvent}. */
export const RAW_SCHEMA: schema.RecordType = {
  type: 'record',
  name: 'candor.RawEvent',
  doc: 'A report as the edge received it',
  fields: [
    { name: 'event_id', type: 'string' },
    { name: 'received_at', type: { type: 'long', logicalType: 'timestamp-millis' } },
    { name: 'product', type: 'string' },
    { name: 'door', type: 'string' },
    { name: 'method', type: 'string', default: 'POST' },
    { name: 'replay_of', type: ['null', 'string'], default: null },
    { name: 'encoding', type: 'string' },
    {
      name: 'address',
      type: [
        'null',
        {
          type: 'record',
          name: 'candor.SealedAddress',
          fields: [
            { name: 'key_id', type: 'string' },
            { name: 'sealed', type: 'bytes' },
          ],
        },
      ],
    },
    { name: 'body', type: 'bytes' },
  ],
};
