import { describe, expect, test } from 'vitest';
import { rowsSchema } from '../../../../schemas/topics/rows.ts';
import { type RowsFormat, RowsWriter, rowsFormat } from '../../../../services/runtime/rows/rows-writer.ts';
import { schemaIdOf } from '../../../../services/runtime/wire-format.ts';
import { commonRowAt, readMessage } from '../../../support/rows.ts';
import { TINY_TABLES } from '../../../support/tiny-catalog.ts';

const TABLE = TINY_TABLES.tiny_reports;
const FORMAT: RowsFormat = rowsFormat('tiny_reports', TABLE, 42);
const SCHEMA = rowsSchema('tiny_reports', TABLE);
const ORIGIN = { generation: 'g1', partition: 3, month: 202611 };

/** Bytes of a row whose version has one character. */
const ROW_BYTES = FORMAT.row.toBuffer({ ...commonRowAt(0), version: 'v' }).length;

/** Writes events of so many rows at the offsets 0, 1, …; a negative number is an event that is taken back. */
const write = (maxRows: number, events: readonly number[]) => {
  const writer = new RowsWriter(FORMAT, ORIGIN, maxRows * ROW_BYTES);
  events.forEach((rows, offset) => {
    for (let row = 0; row < Math.abs(rows); row += 1) writer.addRow({ ...commonRowAt(offset), version: `${row % 10}` });
    if (rows < 0) writer.undoEvent();
    else writer.endEvent(offset, 1_000 + offset);
  });
  return writer.finish();
};

/** First and last offset, the fragment (`+` when it goes on), and the offset of each row. */
const summary = (message: Buffer): string => {
  const { header, rows } = readMessage(message, SCHEMA);
  const fragment = `${header.fragment}${header.more ? '+' : ''}`;
  return `${header.first_offset}-${header.last_offset} #${fragment}: ${rows.map((row) => row._offset).join(' ')}`;
};

test.each<[string, number, readonly number[], readonly string[]]>([
  ['no events', 3, [], []],
  ['events without rows', 3, [0, 0], []],
  ['events that fit', 3, [1, 1, 1], ['0-2 #0: 0 1 2']],
  ['events that do not fit, cut between them', 3, [1, 1, 2, 1], ['0-1 #0: 0 1', '2-3 #0: 2 2 3']],
  ['an event that fits exactly', 3, [3, 3], ['0-0 #0: 0 0 0', '1-1 #0: 1 1 1']],
  ['an event larger than a message, in fragments', 2, [5], ['0-0 #0+: 0 0', '0-0 #1+: 0 0', '0-0 #2: 0']],
  ['a large event between small ones', 2, [1, 3, 1], ['0-0 #0: 0', '1-1 #0+: 1 1', '1-1 #1: 1', '2-2 #0: 2']],
  ['two large events', 2, [3, 3], ['0-0 #0+: 0 0', '0-0 #1: 0', '1-1 #0+: 1 1', '1-1 #1: 1']],
  ['an event taken back', 3, [1, -2, 1], ['0-2 #0: 0 2']],
  ['a large event taken back', 2, [1, -9, 1], ['0-2 #0: 0 2']],
  ['the only event taken back', 2, [-1], []],
  ['an event without rows between others', 3, [1, 0, 1], ['0-2 #0: 0 2']],
])('%s', (_what, maxRows, events, expected) => {
  expect(write(maxRows, events).map(summary)).toEqual(expected);
});

describe('a message', () => {
  test('carries the id of its schema and where its rows come from', () => {
    const [message = Buffer.alloc(0)] = write(3, [1]);
    expect(schemaIdOf(message)).toBe(42);
    expect(readMessage(message, SCHEMA).header).toMatchObject(ORIGIN);
  });

  test('holds the rows as they were added', () => {
    const [message = Buffer.alloc(0)] = write(3, [1, 1]);
    const [first, second] = readMessage(message, SCHEMA).rows;
    expect({ ...first }).toEqual({ ...commonRowAt(0), version: '0' });
    expect({ ...second }).toEqual({ ...commonRowAt(1), version: '0' });
  });

  test('may hold one row that is larger than any message', () => {
    const writer = new RowsWriter(FORMAT, ORIGIN, ROW_BYTES);
    const version = 'v'.repeat(1_000_000);
    for (const row of ['small', version, 'small']) writer.addRow({ ...commonRowAt(0), version: row });
    writer.endEvent(0, 1_000);
    const versions = writer.finish().map((message) => readMessage(message, SCHEMA).rows.map((row) => row.version));
    expect(versions.map((each) => each.map((text) => String(text).length))).toEqual([[5], [version.length], [5]]);
  });

  test('survives that its rows outgrow the first buffer', () => {
    const [message = Buffer.alloc(0), ...others] = write(5_000, [1, 4_000, 1]);
    expect(others).toEqual([]);
    const versions = readMessage(message, SCHEMA).rows.map((row) => row.version);
    expect(versions).toEqual(['0', ...Array.from({ length: 4_000 }, (_, index) => `${index % 10}`), '0']);
  });
});

test('a row that does not fit its columns is refused, and what was written before stays', () => {
  const writer = new RowsWriter(FORMAT, ORIGIN, 10 * ROW_BYTES);
  writer.addRow({ ...commonRowAt(0), version: 'a' });
  writer.endEvent(0, 1_000);
  expect(() => writer.addRow({ ...commonRowAt(1), version: 7 })).toThrow();
  writer.undoEvent();
  writer.addRow({ ...commonRowAt(2), version: 'b' });
  writer.endEvent(2, 1_002);
  expect(writer.finish().map(summary)).toEqual(['0-2 #0: 0 2']);
});
