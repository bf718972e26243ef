import { createHash } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { schema } from 'avsc';
import { messageOf } from '../../runtime/errors.ts';
import type { Logger } from '../../runtime/logger.ts';
import type { SchemaIds } from '../../runtime/registry/schema-ids.ts';

/** How long a start waits for the registry when it remembers the id. */
const ANSWER_TIMEOUT_MS = 3_000;

const read = async (path: string): Promise<Readonly<Record<string, number>>> => {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as Record<string, number>;
  } catch {
    // Nothing to remember is how every first run begins.
    return {};
  }
};

/**
 * A registry whose ids are remembered in a file, so that a start needs no registry for the schemas that an earlier run has
 * used: ids never change. With nothing to remember, it waits.
 */
export const rememberingIds = (ids: SchemaIds, path: string, logger: Logger): SchemaIds => {
  const ask = async (key: string, subject: string, definition: schema.AvroSchema): Promise<number> => {
    const id = await ids.idOf(subject, definition);
    const known = await read(path);
    if (known[key] === id) return id;
    try {
      await writeFile(`${path}.new`, JSON.stringify({ ...known, [key]: id }));
      await rename(`${path}.new`, path);
    } catch (error) {
      logger.warn({ error: messageOf(error) }, 'the id of a schema could not be remembered');
    }
    return id;
  };
  return {
    register: (subject, definition) => ids.register(subject, definition),
    idOf: async (subject, definition) => {
      const key = `${subject}/${createHash('sha256').update(JSON.stringify(definition)).digest('hex')}`;
      const known = (await read(path))[key];
      const asked = ask(key, subject, definition);
      if (known === undefined) return asked;
      return Promise.race([asked, sleep(ANSWER_TIMEOUT_MS, known, { ref: false })]);
    },
    schemaOf: (id) => ids.schemaOf(id),
    close: () => ids.close(),
  };
};
