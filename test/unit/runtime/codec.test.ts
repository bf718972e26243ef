import { join } from 'node:path';
import type { schema } from 'avsc';
import { expect, onTestFinished, test } from 'vitest';
import { Codec } from '../../../services/runtime/codec.ts';
import { PermanentError } from '../../../services/runtime/errors.ts';
import { EmbeddedSchemaIds } from '../../../services/runtime/registry/embedded.ts';
import { schemaIdOf } from '../../../services/runtime/wire-format.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

interface Event {
  readonly name: string;
  readonly body: Buffer;
}

const eventSchema = (...more: readonly schema.AvroSchema[]): schema.RecordType => ({
  type: 'record',
  name: 'candor.test.Event',
  fields: [{ name: 'name', type: 'string' }, { name: 'body', type: 'bytes' }, ...(more as schema.RecordType['fields'])],
});

const EVENT = eventSchema();
const SUBJECT = 'events-value';

const start = async () => {
  const ids = new EmbeddedSchemaIds(join(await temporaryFolder(), 'registry'));
  onTestFinished(() => ids.close());
  const id = await ids.register(SUBJECT, EVENT);
  return { ids, id, codec: await Codec.of<Event>(ids, SUBJECT, EVENT) };
};

test.each([0, 1, 65_535, 65_536, 65_537, 1_000_000])('a value of %i bytes comes back as it was', async (size) => {
  const { codec, id } = await start();
  const event = { name: 'first', body: Buffer.alloc(size, 'x') };
  const encoded = codec.encode(event);
  expect(schemaIdOf(encoded)).toBe(id);
  const decoded = codec.decode(encoded);
  expect(decoded?.name).toBe(event.name);
  expect(decoded?.body.equals(event.body)).toBe(true);
});

test('encoded values share no memory', async () => {
  const { codec } = await start();
  const encoded = ['one', 'two'].map((name) => codec.encode({ name, body: Buffer.from(name) }));
  expect(encoded.map((value) => codec.decode(value)?.name)).toEqual(['one', 'two']);
});

test('what is no value of the topic decodes to undefined', async () => {
  const { codec, id } = await start();
  const whole = codec.encode({ name: 'event', body: Buffer.from('body') });
  const withPrefix = (magic: number, schemaId: number): Buffer => {
    const value = Buffer.from(whole);
    value.writeUInt8(magic, 0);
    value.writeUInt32BE(schemaId, 1);
    return value;
  };
  const broken: Record<string, Buffer> = {
    empty: Buffer.alloc(0),
    'shorter than a prefix': whole.subarray(0, 4),
    'a prefix and nothing behind it': whole.subarray(0, 5),
    truncated: whole.subarray(0, -1),
    'with a byte too many': Buffer.concat([whole, Buffer.from([0])]),
    'with another magic byte': withPrefix(1, id),
    'with an id that nobody gave': withPrefix(0, id + 1),
    JSON: Buffer.from('{"name":"event"}'),
  };
  await codec.prepare(Object.values(broken));
  for (const [what, value] of Object.entries(broken)) expect(codec.decode(value), what).toBeUndefined();
  expect(codec.decode(withPrefix(0, id))).toBeDefined();
});

test.each([
  [
    'an older writer, whose schema lacks a field with a default',
    eventSchema(),
    eventSchema({ name: 'door', type: 'string', default: '/' } as schema.AvroSchema),
    { name: 'event', body: Buffer.from('body') },
    { name: 'event', body: Buffer.from('body'), door: '/' },
  ],
  [
    'a newer writer, whose schema has one field more',
    eventSchema({ name: 'door', type: 'string', default: '/' } as schema.AvroSchema),
    eventSchema(),
    { name: 'event', body: Buffer.from('body'), door: '/new' },
    { name: 'event', body: Buffer.from('body') },
  ],
])('a value of %s is read as our own', async (_writer, writerSchema, readerSchema, written, read) => {
  const { ids } = await start();
  for (const definition of [writerSchema, readerSchema]) await ids.register(SUBJECT, definition);
  const writer = await Codec.of<object>(ids, SUBJECT, writerSchema);
  const reader = await Codec.of<object>(ids, SUBJECT, readerSchema);
  const value = writer.encode(written);
  expect(reader.decode(value)).toBeUndefined();
  await reader.prepare([value]);
  expect(reader.decode(value)).toEqual(read);
});

test('a value of another topic is none of ours, and does not end the batch', async () => {
  const { ids, codec } = await start();
  const other: schema.RecordType = { type: 'record', name: 'candor.test.Other', fields: [{ name: 'a', type: 'long' }] };
  await ids.register('others-value', other);
  const foreign = (await Codec.of<object>(ids, 'others-value', other)).encode({ a: 1 });
  await codec.prepare([foreign]);
  expect(codec.decode(foreign)).toBeUndefined();
});

test('without a registered schema there is no codec', async () => {
  const { ids } = await start();
  await expect(Codec.of(ids, 'other-value', EVENT)).rejects.toThrow(PermanentError);
});
