import { join } from 'node:path';
import avro from 'avsc';
import { describe, expect, onTestFinished, test } from 'vitest';
import { rowsSchema, rowsSubject } from '../../../schemas/topics/rows.ts';
import { EmbeddedSchemaIds } from '../../../services/runtime/registry/embedded.ts';
import type { SchemaIds } from '../../../services/runtime/registry/schema-ids.ts';
import { RowsWriter, rowsFormat } from '../../../services/runtime/rows/rows-writer.ts';
import { cutAfter, type RowsMessage, RowsMessageReader } from '../../../services/sink/rows-message.ts';
import { commonRowAt, messageOf, offsetsIn } from '../../support/rows.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { TINY_TABLES } from '../../support/tiny-catalog.ts';

const TABLE = TINY_TABLES.tiny_reports;
const SCHEMA = rowsSchema('tiny_reports', TABLE);
const ORIGIN = { generation: 'g1', partition: 3, month: 202611 };

/** A reader, and the message that the enricher writes for one row each of the events at `offsets`. */
const start = async (offsets: readonly number[] = [5, 6]) => {
  const ids = new EmbeddedSchemaIds(join(await temporaryFolder(), 'registry'));
  onTestFinished(() => ids.close());
  const schemaId = await ids.register(rowsSubject('tiny_reports'), SCHEMA);
  const writer = new RowsWriter(rowsFormat('tiny_reports', TABLE, schemaId), ORIGIN, 1_000_000);
  for (const offset of offsets) {
    writer.addRow({ ...commonRowAt(offset), version: `v${offset}` });
    writer.endEvent(offset, 1_000 + offset);
  }
  const [value = Buffer.alloc(0)] = writer.finish();
  return { reader: new RowsMessageReader(ids), value, schemaId };
};

const readWhole = (reader: RowsMessageReader, value: Buffer): RowsMessage => {
  const message = reader.read(value);
  if (message === undefined) throw new Error('that is no message');
  return message;
};

describe('reading a message', () => {
  test('gives its header, its format and its rows as they were encoded', async () => {
    const { reader, value, schemaId } = await start();
    await reader.prepare([value]);
    const message = readWhole(reader, value);
    expect({ ...message.header }).toEqual({
      ...ORIGIN,
      first_offset: 5,
      last_offset: 6,
      newest_received_at: 1_006,
      fragment: 0,
      more: false,
    });
    expect(message.format).toMatchObject({ schemaId, table: 'tiny_reports' });
    expect(message.format.columns.slice(-3)).toEqual(['_partition', '_offset', 'version']);
    expect(message.rows).toBe(2);
    expect(message.items.equals(messageOf([5, 6]).items)).toBe(true);
  });

  test('takes a schema whose full name the registry gives apart', async () => {
    const { value, schemaId } = await start();
    const { name, ...rest } = SCHEMA;
    const split = { ...rest, name: 'tiny_reports', namespace: name.slice(0, -'.tiny_reports'.length) };
    const ids: SchemaIds = {
      register: async () => schemaId,
      idOf: async () => schemaId,
      schemaOf: async () => split,
      close: async () => undefined,
    };
    const reader = new RowsMessageReader(ids);
    await reader.prepare([value]);
    expect(readWhole(reader, value).format.table).toBe('tiny_reports');
  });

  test('gives the schema of a row in a form that Avro reads', async () => {
    const { reader, value } = await start();
    await reader.prepare([value]);
    const { format, items } = readWhole(reader, value);
    const type = avro.Type.forSchema(JSON.parse(format.rowSchema) as avro.Schema);
    expect(type.decode(items, 0).value).toMatchObject({ _offset: 5, version: 'v5' });
  });

  test.each<[string, (value: Buffer) => Buffer]>([
    ['nothing', () => Buffer.alloc(0)],
    ['no prefix', (value) => value.subarray(5)],
    ['an id that nobody gave', (value) => Buffer.concat([value.subarray(0, 4), Buffer.from([99]), value.subarray(5)])],
    ['half a header', (value) => Buffer.concat([value.subarray(0, 8), Buffer.alloc(1)])],
    ['a header only', (value) => value.subarray(0, value.length - messageOf([5, 6]).items.length - 2)],
    ['no zero at its end', (value) => value.subarray(0, -1)],
    [
      'no rows',
      (value) => Buffer.concat([value.subarray(0, value.length - messageOf([5, 6]).items.length - 2), Buffer.alloc(1)]),
    ],
  ])('with %s is none', async (_what, damage) => {
    const { reader, value } = await start();
    await reader.prepare([value]);
    expect(reader.read(damage(value))).toBeUndefined();
  });
});

describe('cutting a message', () => {
  test.each([
    [4, [5, 5, 6, 8]],
    [5, [6, 8]],
    [6, [8]],
    [7, [8]],
    [8, []],
  ] as const)('after the offset %i leaves the rows of the events %j', (offset, left) => {
    const message = messageOf([5, 5, 6, 8]);
    const cut = cutAfter(message, offset);
    expect(offsetsIn(cut)).toEqual(left);
    expect(cut.header).toEqual(message.header);
  });
});
