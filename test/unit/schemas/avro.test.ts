import avro from 'avsc';
import { expect, test } from 'vitest';
import { type AvroType, avroType, rowSchema } from '../../../schemas/pack/avro.ts';
import { COMMON_COLUMNS, type ColumnType, column, table } from '../../../schemas/pack/table.ts';

const DATE = { type: 'int', logicalType: 'date' } as const;
const TIME = { type: 'long', logicalType: 'timestamp-millis' } as const;

const orNull = (type: string | typeof DATE | typeof TIME): AvroType => ['null', type] as AvroType;

/** A type of every column that a table may have: the compiler misses none. */
const AVRO_TYPES: Readonly<Record<ColumnType, AvroType>> = {
  String: 'string',
  UUID: 'string',
  Bool: 'boolean',
  UInt8: 'int',
  UInt16: 'int',
  UInt32: 'long',
  UInt64: 'long',
  Int32: 'int',
  Int64: 'long',
  Float64: 'double',
  Date: DATE,
  'DateTime64(3)': TIME,
  'LowCardinality(String)': 'string',
  'LowCardinality(Nullable(String))': ['null', 'string'],
  'Nullable(String)': orNull('string'),
  'Nullable(Bool)': orNull('boolean'),
  'Nullable(UInt8)': orNull('int'),
  'Nullable(UInt16)': orNull('int'),
  'Nullable(UInt32)': orNull('long'),
  'Nullable(UInt64)': orNull('long'),
  'Nullable(Int32)': orNull('int'),
  'Nullable(Int64)': orNull('long'),
  'Nullable(Float64)': orNull('double'),
  'Nullable(Date)': orNull(DATE),
  'Nullable(DateTime64(3))': orNull(TIME),
  'Array(String)': { type: 'array', items: 'string' },
  'Array(LowCardinality(String))': { type: 'array', items: 'string' },
  'Array(UInt32)': { type: 'array', items: 'long' },
  'Map(String, String)': { type: 'map', values: 'string' },
  'Map(LowCardinality(String), UInt64)': { type: 'map', values: 'long' },
};

test.each(Object.entries(AVRO_TYPES))('a column of %s is %j in Avro', (type, expected) => {
  expect(avroType(type)).toEqual(expected);
  expect(() => avro.Type.forSchema(expected)).not.toThrow();
});

test.each(['Decimal(9, 2)', 'Array(Decimal(9, 2))', 'Enum8', ''])('a column of "%s" has no type in Avro', (type) => {
  expect(() => avroType(type)).toThrow('no Avro type');
});

test('a row has the common columns in front of its own, each with its comment', () => {
  const definition = table('Reports', { version: column('String', 'Version as sent') });
  expect(rowSchema('reports', definition)).toMatchObject({
    type: 'record',
    name: 'candor.rows.reports',
    doc: 'Reports',
    fields: [
      ...Object.entries(COMMON_COLUMNS).map(([name, { comment }]) => ({ name, doc: comment })),
      { name: 'version', type: 'string', doc: 'Version as sent' },
    ],
  });
});
