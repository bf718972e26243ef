import type { schema } from 'avsc';
import { allColumns, type ColumnType, type Table } from './table.ts';

/** An Avro schema as JSON. */
export type AvroType = schema.AvroSchema;

/** Avro types of the scalar ClickHouse types. ClickHouse reads a UUID from its text, and a Date from the days since 1970. */
const SCALARS: Readonly<Record<string, AvroType>> = {
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
  Date: { type: 'int', logicalType: 'date' },
  'DateTime64(3)': { type: 'long', logicalType: 'timestamp-millis' },
};

/**
 * The Avro type that ClickHouse reads into a column of `type`.
 *
 * @throws Error for a type that has no such mapping.
 */
export const avroType = (type: ColumnType | string): AvroType => {
  const wrapped = /^(LowCardinality|Nullable|Array)\((.*)\)$/.exec(type);
  const inner = wrapped?.[2];
  if (inner !== undefined) {
    const type = avroType(inner);
    if (wrapped?.[1] === 'LowCardinality') return type;
    return wrapped?.[1] === 'Nullable' ? ['null', type as schema.DefinedType] : { type: 'array', items: type };
  }
  if (type === 'Map(String, String)') return { type: 'map', values: 'string' };
  if (type === 'Map(LowCardinality(String), UInt64)') return { type: 'map', values: 'long' };
  const scalar = SCALARS[type];
  if (scalar === undefined) throw new Error(`no Avro type for the column type ${type}`);
  return scalar;
};

/** The Avro record of one row: a field per column, in order. */
export const rowSchema = (name: string, table: Table): AvroType => ({
  type: 'record',
  name: `candor.rows.${name}`,
  doc: table.comment,
  fields: Object.entries(allColumns(table)).map(([field, { type, comment }]) => ({
    name: field,
    type: avroType(type),
    doc: comment,
    // With a default, a column can be added: a reader that knows it can read what was written before.
    ...(type.startsWith('Nullable(') || type === 'LowCardinality(Nullable(String))' ? { default: null } : {}),
  })),
});
