import { describe, expect, test } from 'vitest';
import { DataRefusal } from '../../../services/sink/clickhouse-errors.ts';
import { addToBlocks, type Block } from '../../../services/sink/gathering.ts';
import { storeBlocks } from '../../../services/sink/store.ts';
import { formatOf, messageOf, offsetsIn } from '../../support/rows.ts';

const TABLES = ['tiny_reports', 'tiny_users', 'dead_letters', 'outcomes'];

/** A block for each of these tables with one row of each event. */
const blocksOf = (tables: readonly string[], offsets: readonly number[]): readonly Block[] => {
  const blocks = new Map<string, Block>();
  for (const table of tables)
    addToBlocks(blocks, messageOf(offsets, {}, { ...formatOf(), table, schemaId: TABLES.indexOf(table) }));
  return [...blocks.values()];
};

/** Stores events where `table` refuses `refused`; says what was done, in order. */
const store = async (table: string, refused: readonly number[], events: readonly number[] = [1, 2, 3, 4]) => {
  const effects: string[] = [];
  const steps = {
    insert: async (block: Block) => {
      const offsets = offsetsIn({ ...block, items: Buffer.concat(block.items) });
      if (block.format.table === table && offsets.some((offset) => refused.includes(offset)))
        throw new DataRefusal('469', 'inserting');
      effects.push(`${block.format.table} ${offsets}`);
    },
    refuse: async ({ lineage }: { lineage: { offset: number } }, detail: string) => {
      effects.push(`refuse ${lineage.offset} ${detail}`);
      return blocksOf(['outcomes', 'dead_letters'], [lineage.offset]);
    },
    stored: (count: number) => void effects.push(`stored ${count}`),
  };
  const storing = storeBlocks(blocksOf(['outcomes', 'tiny_reports', 'tiny_users'], events), steps);
  await storing.catch((error: Error) => effects.push(error.name));
  return effects;
};

describe('storing', () => {
  test('inserts outcomes after all else', async () => {
    expect(await store('tiny_users', [])).toEqual([
      'tiny_users 1,2,3,4',
      'tiny_reports 1,2,3,4',
      'outcomes 1,2,3,4',
      'stored 4',
    ]);
  });

  test('finds the event that is refused by halves, the earlier ones first, and inserts nothing twice', async () => {
    expect(await store('tiny_users', [3])).toEqual([
      'tiny_reports 1,2,3,4',
      'tiny_users 1,2',
      'outcomes 1,2',
      'stored 2',
      'refuse 3 tiny_users: 469 VIOLATED_CONSTRAINT',
      'dead_letters 3',
      'outcomes 3',
      'tiny_users 4',
      'outcomes 4',
      'stored 1',
    ]);
  });

  test('inserts the outcomes of all halves before the refused one together', async () => {
    expect(await store('tiny_users', [8], [1, 2, 3, 4, 5, 6, 7, 8])).toEqual([
      'tiny_reports 1,2,3,4,5,6,7,8',
      'tiny_users 1,2,3,4',
      'tiny_users 5,6',
      'tiny_users 7',
      'outcomes 1,2,3,4,5,6,7',
      'stored 7',
      'refuse 8 tiny_users: 469 VIOLATED_CONSTRAINT',
      'dead_letters 8',
      'outcomes 8',
    ]);
  });

  test('keeps the order of a table whose rows have two schemas in turn', async () => {
    const blocks = new Map<string, Block>();
    for (const [schemaId, offset] of [
      [1, 1],
      [2, 2],
      [1, 3],
    ] as const)
      addToBlocks(blocks, messageOf([offset], {}, { ...formatOf(), schemaId }));
    const inserted: number[][] = [];
    const insert = async (block: Block): Promise<void> => {
      inserted.push(offsetsIn({ ...block, items: Buffer.concat(block.items) }));
    };
    await storeBlocks([...blocks.values()].reverse(), { insert, refuse: async () => [], stored: () => undefined });
    expect(inserted).toEqual([[1], [2], [3]]);
  });

  test('stops when it is the outcomes that are refused', async () => {
    expect((await store('outcomes', [3])).at(-1)).toBe('PermanentError');
  });
});
