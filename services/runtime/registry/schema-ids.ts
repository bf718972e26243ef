import type { schema } from 'avsc';

/** Ids for Avro schemas, as a Confluent-compatible registry gives them. */
export interface SchemaIds {
  /** The id of `definition` under `subject`; the same schema always gets the same id. Run at deploy. */
  register(subject: string, definition: schema.AvroSchema): Promise<number>;
  /**
   * The id of a schema that was registered.
   *
   * @throws PermanentError when it was not.
   */
  idOf(subject: string, definition: schema.AvroSchema): Promise<number>;
  /** The schema behind an id; undefined for an id that was never given. */
  schemaOf(id: number): Promise<schema.AvroSchema | undefined>;
  close(): Promise<void>;
}
