import { createHash } from 'node:crypto';
import type { schema } from 'avsc';
import { type Database, open, type RootDatabase } from 'lmdb';
import { PermanentError } from '../errors.ts';
import type { SchemaIds } from './schema-ids.ts';

const keyOf = (subject: string, schemaText: string): string =>
  `${subject}/${createHash('sha256').update(schemaText).digest('hex')}`;

/** The registry on LMDB, for one process. Ids start at 1 and are never given twice. */
export class EmbeddedSchemaIds implements SchemaIds {
  readonly #root: RootDatabase<unknown, string>;
  readonly #idByKey: Database<number, string>;
  readonly #schemaById: Database<string, number>;

  constructor(path: string) {
    this.#root = open<unknown, string>({ path, encoding: 'json' });
    this.#idByKey = this.#root.openDB<number, string>({ name: 'ids', encoding: 'json' });
    this.#schemaById = this.#root.openDB<string, number>({ name: 'schemas', encoding: 'json' });
  }

  async register(subject: string, definition: schema.AvroSchema): Promise<number> {
    const text = JSON.stringify(definition);
    const key = keyOf(subject, text);
    return this.#root.transaction(() => {
      const known = this.#idByKey.get(key);
      if (known !== undefined) return known;
      const [last] = [...this.#schemaById.getKeys({ reverse: true, limit: 1 })];
      const id = (last ?? 0) + 1;
      this.#schemaById.putSync(id, text);
      this.#idByKey.putSync(key, id);
      return id;
    });
  }

  async idOf(subject: string, definition: schema.AvroSchema): Promise<number> {
    const id = this.#idByKey.get(keyOf(subject, JSON.stringify(definition)));
    if (id === undefined) throw new PermanentError(`the schema of ${subject} is not registered`);
    return id;
  }

  async schemaOf(id: number): Promise<schema.AvroSchema | undefined> {
    const text = this.#schemaById.get(id);
    return text === undefined ? undefined : (JSON.parse(text) as schema.AvroSchema);
  }

  async close(): Promise<void> {
    await this.#root.close();
  }
}
