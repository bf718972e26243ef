import { expect, test } from 'vitest';
import type { Table } from '../../../../schemas/pack/table.ts';
import { PIPELINE_TABLES } from '../../../../schemas/pipeline/tables.ts';
import type { AnonymizedEvent } from '../../../../schemas/topics/anonymized.ts';
import { rowsSchema } from '../../../../schemas/topics/rows.ts';
import { PermanentError } from '../../../../services/runtime/errors.ts';
import { reject } from '../../../../services/runtime/outcome.ts';
import { BatchWriter } from '../../../../services/runtime/rows/batch-writer.ts';
import { rowsFormat } from '../../../../services/runtime/rows/rows-writer.ts';
import { schemaIdOf } from '../../../../services/runtime/wire-format.ts';
import { readMessage } from '../../../support/rows.ts';
import { TINY_TABLES } from '../../../support/tiny-catalog.ts';

const TABLES: readonly (readonly [string, Table])[] = [
  ...Object.entries(TINY_TABLES),
  ['outcomes', PIPELINE_TABLES.outcomes],
];

const FORMATS = new Map(TABLES.map(([name, table], index) => [name, rowsFormat(name, table, index)] as const));

const eventAt = (offset: number, receivedAt = '2026-11-21T00:00:00Z', generation = 'g1'): AnonymizedEvent => ({
  event_id: '0198a2c4-0000-7000-8000-000000000001',
  received_at: Date.parse(receivedAt),
  product: 'tiny',
  lineage: { generation, partition: 3, offset },
  bytes: 10,
  replay_of: null,
  kept: {
    kind: 'tiny.report',
    installation_id: 'installation-1',
    country: 'DE',
    region: null,
    geo_build: 20_000,
    address_hash: null,
    unknown_fields: [],
    document: '{}',
  },
  refused: null,
});

/** Table, month and generation of each message, and the offset of each of its rows. */
const summaries = (messages: readonly Buffer[]): string[] =>
  messages.map((message) => {
    const [name, table] = TABLES[schemaIdOf(message) ?? -1] ?? [];
    if (name === undefined || table === undefined) throw new Error('a message of no table');
    const { header, rows } = readMessage(message, rowsSchema(name, table));
    return `${name} ${header.month} ${header.generation}: ${rows.map((row) => row._offset).join(' ')}`;
  });

test('every table has messages of its own, and rows carry what they have in common', () => {
  const writer = new BatchWriter(FORMATS);
  expect(writer.tryWrite(eventAt(5), { tiny_reports: [{ version: '1' }], tiny_users: [] })).toBeUndefined();
  writer.tryWrite(eventAt(6), { tiny_reports: [{ version: '2' }], tiny_users: [{ user_index: 0, logins: 1 }] });
  const messages = writer.finish();
  expect(summaries(messages)).toEqual(['tiny_reports 202611 g1: 5 6', 'tiny_users 202611 g1: 6']);
  const [row] = readMessage(messages[0] ?? Buffer.alloc(0), rowsSchema('tiny_reports', TINY_TABLES.tiny_reports)).rows;
  expect({ ...row }).toEqual({
    event_id: '0198a2c4-0000-7000-8000-000000000001',
    product: 'tiny',
    installation_id: 'installation-1',
    received_at: Date.parse('2026-11-21T00:00:00Z'),
    country: 'DE',
    geo_build: 20_000,
    _generation: 'g1',
    _partition: 3,
    _offset: 5,
    version: '1',
  });
});

test('months and generations never share a message', () => {
  const writer = new BatchWriter(FORMATS);
  const rows = () => ({ tiny_reports: [{ version: '1' }] });
  writer.tryWrite(eventAt(0, '2026-11-30T23:59:59.999Z'), rows());
  writer.tryWrite(eventAt(1, '2026-12-01T00:00:00.000Z'), rows());
  writer.tryWrite(eventAt(2, '2026-11-30T23:59:59.999Z'), rows());
  writer.tryWrite(eventAt(0, '2026-11-30T23:59:59.999Z', 'g2'), rows());
  expect(summaries(writer.finish())).toEqual([
    'tiny_reports 202611 g1: 0 2',
    'tiny_reports 202612 g1: 1',
    'tiny_reports 202611 g2: 0',
  ]);
});

test('an event with a row that does not fit leaves nothing in any table', () => {
  const writer = new BatchWriter(FORMATS);
  const user = (logins: unknown) => ({ user_index: 0, logins });
  writer.tryWrite(eventAt(0), { tiny_reports: [{ version: '1' }] });
  const rejected = writer.tryWrite(eventAt(1), {
    tiny_reports: [{ version: '2' }],
    tiny_users: [user(1), user('many'), user(3)],
    outcomes: [],
  });
  expect(rejected).toEqual(reject('row_unencodable', 'tiny_users', 'tiny.report'));
  writer.tryWrite(eventAt(2), { tiny_reports: [{ version: '3' }], tiny_users: [user(4)] });
  expect(summaries(writer.finish())).toEqual(['tiny_reports 202611 g1: 0 2', 'tiny_users 202611 g1: 2']);
});

test.each([
  ['a whole number above what Avro takes', Number.MAX_SAFE_INTEGER + 1],
  ['no number', null],
  ['a fraction', 1.5],
])('%s is refused where a count belongs', (_what, logins) => {
  const writer = new BatchWriter(FORMATS);
  expect(writer.tryWrite(eventAt(0), { tiny_users: [{ user_index: 0, logins }] })?.reason).toBe('row_unencodable');
});

test('rows of our own making that do not fit are a mistake of ours', () => {
  const writer = new BatchWriter(FORMATS);
  expect(() => writer.write(eventAt(0), { outcomes: [{ kind: 7 }] })).toThrow(PermanentError);
  expect(() => writer.write(eventAt(0), { nowhere: [{}] })).toThrow(PermanentError);
});

test('outcomes come last, whatever tables the events after the first one have', () => {
  const writer = new BatchWriter(FORMATS);
  const outcome = { kind: '', outcome: 'drop', stage: '', reason: '', bytes: 1, rows: 0, replay_of: null };
  writer.write(eventAt(1), { outcomes: [outcome] });
  writer.write(eventAt(2), { tiny_reports: [{ version: '1' }], outcomes: [outcome] });
  expect(summaries(writer.finish())).toEqual(['tiny_reports 202611 g1: 2', 'outcomes 202611 g1: 1 2']);
});
