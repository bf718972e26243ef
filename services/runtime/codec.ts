import avro, { type Resolver, type schema, type Type } from 'avsc';
import type { SchemaIds } from './registry/schema-ids.ts';
import { PREFIX_BYTES, schemaIdOf, writePrefix } from './wire-format.ts';

/** First size of the buffer that values are encoded into, in bytes; it grows to the largest value seen. */
const SCRATCH_BYTES = 65_536;

/**
 * Encodes and decodes the values of one topic: Avro in the Confluent wire format. Values that a newer or older writer made
 * are resolved to our own schema.
 */
export class Codec<T> {
  readonly #type: Type;
  readonly #id: number;
  readonly #ids: SchemaIds;
  readonly #resolvers = new Map<number, Resolver>();
  #scratch = Buffer.allocUnsafe(SCRATCH_BYTES);

  private constructor(type: Type, id: number, ids: SchemaIds) {
    this.#type = type;
    this.#id = id;
    this.#ids = ids;
  }

  /** @throws PermanentError when the schema is not registered under `subject`. */
  static async of<T>(ids: SchemaIds, subject: string, definition: schema.AvroSchema): Promise<Codec<T>> {
    return new Codec<T>(avro.Type.forSchema(definition), await ids.idOf(subject, definition), ids);
  }

  /** The value as bytes of its own, prefix included. */
  encode(value: T): Buffer {
    let end = this.#type.encode(value, this.#scratch, PREFIX_BYTES);
    if (end < 0) {
      // A negative end is the number of bytes that were missing.
      this.#scratch = Buffer.allocUnsafe(this.#scratch.length - end + SCRATCH_BYTES);
      end = this.#type.encode(value, this.#scratch, PREFIX_BYTES);
    }
    writePrefix(this.#scratch, this.#id);
    return Buffer.from(this.#scratch.subarray(0, end));
  }

  /** Learns the schemas of a batch that are still unknown: the I/O that `decode` must not do. */
  async prepare(values: readonly Buffer[]): Promise<void> {
    const ids = new Set(values.map(schemaIdOf));
    for (const id of ids) {
      if (id === undefined || id === this.#id || this.#resolvers.has(id)) continue;
      const writer = await this.#ids.schemaOf(id);
      const resolver = writer && this.#resolverFor(writer);
      if (resolver !== undefined) this.#resolvers.set(id, resolver);
    }
  }

  /** Undefined for a schema that ours can't read, such as another topic's. */
  #resolverFor(writer: schema.AvroSchema): Resolver | undefined {
    try {
      return this.#type.createResolver(avro.Type.forSchema(writer));
    } catch {
      return undefined;
    }
  }

  /** The value; undefined when it isn't one: no prefix, an id nobody gave, or bytes that don't fit the schema. */
  decode(value: Buffer): T | undefined {
    const id = schemaIdOf(value);
    const resolver = id === undefined || id === this.#id ? undefined : this.#resolvers.get(id);
    if (id === undefined || (id !== this.#id && resolver === undefined)) return undefined;
    try {
      const decoded = this.#type.decode(value, PREFIX_BYTES, resolver);
      return decoded.offset === value.length ? (decoded.value as T) : undefined;
    } catch {
      return undefined;
    }
  }
}
