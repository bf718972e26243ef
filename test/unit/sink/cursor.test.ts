import { describe, expect, test } from 'vitest';
import type { RowsHeader } from '../../../schemas/topics/rows.ts';
import { PermanentError } from '../../../services/runtime/errors.ts';
import { PartitionCursor } from '../../../services/sink/cursor.ts';
import { watermarkKey } from '../../../services/sink/watermark.ts';
import { formatOf, messageOf, offsetsIn } from '../../support/rows.ts';

const USERS = formatOf('tiny_users', 8);

/** A cursor whose tables hold the events up to `seen` of the usual month and generation. */
const cursorAt = (seen?: number): PartitionCursor =>
  new PartitionCursor(new Map(seen === undefined ? [] : [[watermarkKey('tiny_reports', 202611, 'g1'), seen]]));

/** Lets the cursor read messages that stand behind one another; says of each which rows it lets through. */
const read = (
  cursor: PartitionCursor,
  messages: readonly (readonly [offsets: readonly number[], header?: Partial<RowsHeader>])[],
): number[][] =>
  messages.map(([offsets, header], offset) =>
    cursor.advance(offset, messageOf(offsets, header)).flatMap((message) => offsetsIn(message)),
  );

const piece = (fragment: number, more: boolean): Partial<RowsHeader> => ({ fragment, more });

describe('a cursor lets through', () => {
  test('every event when nothing is stored', () => {
    expect(read(cursorAt(), [[[0, 1]], [[2]]])).toEqual([[0, 1], [2]]);
  });

  test('nothing of an event whose outcome is stored, also into tables that have no rows of it', () => {
    const cursor = new PartitionCursor(new Map([[watermarkKey('outcomes', 202611, 'g1'), 4]]));
    expect(read(cursor, [[[3, 4]], [[4, 5]], [[6]]])).toEqual([[], [5], [6]]);
  });

  test('what is not stored yet, cutting through a message where it must', () => {
    expect(read(cursorAt(3), [[[1, 2]], [[3]], [[3, 4, 5]], [[6]]])).toEqual([[], [], [4, 5], [6]]);
  });

  test('a repetition of what it has let through itself only from where it is new', () => {
    expect(read(cursorAt(), [[[0, 1]], [[2, 3]], [[1, 2]], [[3, 4]]])).toEqual([[0, 1], [2, 3], [], [4]]);
  });

  test('every table, month and generation for itself', () => {
    const cursor = cursorAt(9);
    expect(read(cursor, [[[5]], [[5], { month: 202612 }], [[5], { generation: 'g2' }]])).toEqual([[], [5], [5]]);
    const users = { ...messageOf([5]), format: USERS };
    expect(cursor.advance(3, users)).toEqual([users]);
    expect(cursor.advance(4, users)).toEqual([]);
  });

  test('an event in pieces when the last piece has come, and then at once', () => {
    const messages = [[[4], piece(0, true)], [[4, 4], piece(1, true)], [[4], piece(2, false)], [[5]]] as const;
    expect(read(cursorAt(), messages)).toEqual([[], [], [4, 4, 4, 4], [5]]);
  });

  test('no event in pieces that is stored', () => {
    expect(read(cursorAt(4), [[[4], piece(0, true)], [[4], piece(1, false)], [[5]]])).toEqual([[], [], [5]]);
  });

  test('an event in pieces once, when its writer was restarted in its middle', () => {
    const messages = [
      [[4], piece(0, true)],
      [[4], piece(1, true)],
      [[3]],
      [[4], piece(0, true)],
      [[4], piece(1, true)],
      [[4], piece(2, false)],
      [[4], piece(0, true)],
      [[4], piece(1, true)],
      [[4], piece(2, false)],
    ] as const;
    expect(read(cursorAt(2), messages)).toEqual([[], [], [3], [], [], [4, 4, 4], [], [], []]);
  });

  test('an event whose pieces come twice and mixed, from two enrichers', () => {
    const messages = [
      [[4], piece(0, true)],
      [[4], piece(1, true)],
      [[4], piece(0, true)],
      [[4], piece(2, false)],
      [[4], piece(1, true)],
      [[4], piece(1, true)],
      [[4], piece(2, false)],
      [[5]],
    ] as const;
    expect(read(cursorAt(), messages)).toEqual([[], [], [], [], [], [], [4, 4, 4], [5]]);
  });

  test('events in pieces of two tables that come mixed', () => {
    const cursor = cursorAt();
    const users = (header: Partial<RowsHeader>) => ({ ...messageOf([4], header), format: USERS });
    const through = [
      cursor.advance(0, messageOf([4], piece(0, true))),
      cursor.advance(1, users(piece(0, true))),
      cursor.advance(2, messageOf([4], piece(1, false))),
      cursor.advance(3, users(piece(1, false))),
    ];
    expect(through.map((messages) => messages.map(({ format }) => format.table))).toEqual([
      [],
      [],
      ['tiny_reports', 'tiny_reports'],
      ['tiny_users', 'tiny_users'],
    ]);
  });
});

test.each<[string, readonly (readonly [readonly number[], Partial<RowsHeader>?])[]]>([
  ['the first', [[[4], piece(1, false)]]],
  ['one in the middle', [[[4], piece(0, true)], [[4], piece(2, false)], [[5]]]],
  [
    'all but one of another event',
    [
      [[4], piece(0, true)],
      [[5], piece(1, false)],
    ],
  ],
  ['those before an event that came in between', [[[4], piece(0, true)], [[5]], [[6], piece(1, false)]]],
])('when %s of the pieces is missing, the sink must not go on', (_which, messages) => {
  expect(() => read(cursorAt(), messages)).toThrow(PermanentError);
});

describe('the offset to commit', () => {
  test('is behind the last message, whether it was let through or not', () => {
    const cursor = cursorAt(3);
    expect(cursor.commitOffset).toBe(0);
    cursor.advance(7, messageOf([2, 3]));
    expect(cursor.commitOffset).toBe(8);
    cursor.advance(8, messageOf([4]));
    expect(cursor.commitOffset).toBe(9);
  });

  test('never passes the first piece of an event that has not come whole', () => {
    const cursor = cursorAt();
    const offsets = [
      messageOf([3]),
      messageOf([4], piece(0, true)),
      { ...messageOf([4]), format: USERS },
      messageOf([4], piece(1, true)),
      messageOf([4], piece(2, false)),
    ].map((message, offset) => {
      cursor.advance(offset + 10, message);
      return cursor.commitOffset;
    });
    expect(offsets).toEqual([11, 11, 11, 11, 15]);
  });

  test('forgets the pieces of an event that comes again in one', () => {
    const cursor = cursorAt();
    expect(read(cursor, [[[4], piece(0, true)], [[3, 4]]])).toEqual([[], [3, 4]]);
    expect(cursor.commitOffset).toBe(2);
  });

  test('follows a repetition of the first piece', () => {
    const cursor = cursorAt();
    for (const offset of [10, 11]) cursor.advance(offset, messageOf([4], piece(0, true)));
    expect(cursor.commitOffset).toBe(11);
  });
});
