import type { schema } from 'avsc';
import { describe, expect, onTestFinished, test } from 'vitest';
import { PermanentError } from '../../services/runtime/errors.ts';
import type { SchemaIds } from '../../services/runtime/registry/schema-ids.ts';

/** A registry of a test's own. */
export interface SchemaIdsUnderTest {
  /** Opens the registry, the same one every time; closed by whoever opened it. */
  open(): Promise<SchemaIds>;
}

const record = (name: string, ...fields: readonly string[]): schema.RecordType => ({
  type: 'record',
  name: `candor.test.${name}`,
  fields: fields.map((field) => ({ name: field, type: 'string' })),
});

/** What every registry must do. `create` makes an empty one for each test. */
export const describeSchemaIds = (name: string, create: () => Promise<SchemaIdsUnderTest>): void => {
  const start = async (): Promise<SchemaIds> => {
    const ids = await (await create()).open();
    onTestFinished(() => ids.close());
    return ids;
  };

  describe(name, () => {
    test('gives a schema the same id however often it is registered', async () => {
      const ids = await start();
      const id = await ids.register('subject', record('Event', 'a'));
      expect(Number.isInteger(id) && id > 0).toBe(true);
      expect(await ids.register('subject', record('Event', 'a'))).toBe(id);
      expect(await ids.idOf('subject', record('Event', 'a'))).toBe(id);
    });

    test('gives different schemas different ids', async () => {
      const ids = await start();
      const given = [
        await ids.register('one', record('One', 'a')),
        await ids.register('other', record('Other', 'a')),
        await ids.register('third', record('Third', 'a')),
      ];
      expect(new Set(given).size).toBe(3);
    });

    test.each([
      ['subject', 'unknown', record('Event', 'a')],
      ['schema', 'subject', record('Event', 'a', 'b')],
    ])('has no id for an unregistered %s', async (_what, subject, definition) => {
      const ids = await start();
      await ids.register('subject', record('Event', 'a'));
      await expect(ids.idOf(subject, definition)).rejects.toThrow(PermanentError);
    });

    test('gives back the schema behind an id', async () => {
      const ids = await start();
      const definition = record('Event', 'a', 'b');
      expect(await ids.schemaOf(await ids.register('subject', definition))).toEqual(definition);
    });

    test('knows no schema behind an id that was never given', async () => {
      const ids = await start();
      const id = await ids.register('subject', record('Event', 'a'));
      expect(await ids.schemaOf(id + 1_000_000)).toBeUndefined();
    });

    test('keeps ids over a reopen and gives none twice', async () => {
      const under = await create();
      const before = await under.open();
      const id = await before.register('subject', record('Event', 'a'));
      await before.close();
      const after = await under.open();
      onTestFinished(() => after.close());
      expect(await after.idOf('subject', record('Event', 'a'))).toBe(id);
      expect(await after.schemaOf(id)).toEqual(record('Event', 'a'));
      expect(await after.register('other', record('Other', 'a'))).not.toBe(id);
    });
  });
};
