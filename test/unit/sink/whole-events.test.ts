import { describe, expect, test } from 'vitest';
import type { RowsHeader } from '../../../schemas/topics/rows.ts';
import { PartitionCursor } from '../../../services/sink/cursor.ts';
import { WholeEvents } from '../../../services/sink/whole-events.ts';
import { formatOf, messageOf } from '../../support/rows.ts';

/** Reads messages of these tables and events that stand behind one another from offset 10; gives tables and offset to commit. */
const read = (
  ...messages: readonly (readonly [table: string, offsets: readonly number[], header?: Partial<RowsHeader>])[]
) => {
  const whole = new WholeEvents(new PartitionCursor(new Map()));
  return messages.map(([table, offsets, header], index) => {
    const message = messageOf(offsets, header, { ...formatOf(), table });
    const given = whole
      .advance(10 + index, message)
      .map(({ format, header: { first_offset } }) => `${format.table} ${first_offset}`);
    return [given, whole.commitOffset];
  });
};

describe('rows', () => {
  test('wait for the outcomes of their events, and are not committed before', () => {
    expect(read(['reports', [1, 2]], ['users', [2]], ['outcomes', [1, 2]], ['reports', [3]])).toEqual([
      [[], 10],
      [[], 10],
      [['reports 1', 'users 2', 'outcomes 1'], 13],
      [[], 13],
    ]);
  });

  test('wait for all outcomes when those fill several messages', () => {
    expect(read(['reports', [1, 2]], ['outcomes', [1]], ['outcomes', [2]])).toEqual([
      [[], 10],
      [[], 10],
      [['reports 1', 'outcomes 1', 'outcomes 2'], 13],
    ]);
  });

  test('of another month wait for the outcomes of that month', () => {
    const december = { month: 202612 };
    expect(read(['reports', [1]], ['reports', [2], december], ['outcomes', [1]], ['outcomes', [2], december])).toEqual([
      [[], 10],
      [[], 10],
      [['reports 1', 'outcomes 1'], 11],
      [['reports 2', 'outcomes 2'], 14],
    ]);
  });

  test('of an event in several messages are not committed before its outcome, back to the first of them', () => {
    const first = { fragment: 0, more: true };
    expect(read(['users', [1], first], ['users', [1], { fragment: 1 }], ['outcomes', [1]])).toEqual([
      [[], 10],
      [[], 10],
      [['users 1', 'users 1', 'outcomes 1'], 13],
    ]);
  });
});

test('outcomes without rows wait for nothing', () => {
  expect(read(['outcomes', [1]])).toEqual([[['outcomes 1'], 11]]);
});
