import type { schema } from 'avsc';
import { loadCatalog } from '../../schemas/pack/catalog.ts';
import { allSubjects } from '../../schemas/subjects.ts';
import { readEnvironment } from '../../services/runtime/environment.ts';
import { PermanentError } from '../../services/runtime/errors.ts';
import { exitUnstarted } from '../../services/runtime/process.ts';
import { ConfluentSchemaIds } from '../../services/runtime/registry/confluent.ts';
import { schemaRegistryEnvironment } from '../../services/runtime/registry/confluent-config.ts';
import type { SchemaIds } from '../../services/runtime/registry/schema-ids.ts';

/** Registering does not tell a new schema from a known one; an id that can be looked up does. */
const isKnown = async (ids: SchemaIds, subject: string, definition: schema.RecordType): Promise<boolean> => {
  try {
    await ids.idOf(subject, definition);
    return true;
  } catch (error) {
    if (error instanceof PermanentError) return false;
    throw error;
  }
};

// Registers every schema that is written to a topic: `npm run schemas:register`, at deploy. May run twice, and in several
// places at once.
try {
  const ids = new ConfluentSchemaIds(readEnvironment(schemaRegistryEnvironment));
  for (const [subject, definition] of allSubjects(await loadCatalog())) {
    const before = (await isKnown(ids, subject, definition)) ? 'known' : 'new';
    process.stdout.write(`${subject}: ${before}, id ${await ids.register(subject, definition)}\n`);
  }
  await ids.close();
} catch (error) {
  exitUnstarted(error);
}
