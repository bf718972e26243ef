import { OUTCOMES, PIPELINE_TABLES } from '../../schemas/pipeline/tables.ts';
import { DATA_CODES, DataRefusal } from './clickhouse-errors.ts';
import type { Block } from './gathering.ts';
import { blocksOf, type EventParts, eventsOf } from './split.ts';

/** Inserts under way at once: two cores have no use for more. */
const CONCURRENT_INSERTS = 2;

/** What storing takes. */
export interface StoreSteps {
  /**
   * Inserts one block.
   *
   * @throws DataRefusal when the server refuses it for a value in it.
   */
  readonly insert: (block: Block) => Promise<void>;
  /** Makes the blocks that say that an event was refused, after the rows of it that are stored already were removed. */
  readonly refuse: (event: EventParts, detail: string) => Promise<readonly Block[]>;
  /** Told of as many events as were stored together. */
  readonly stored: (events: number) => void;
}

const isPipelineTable = ({ format }: Block): boolean => Object.hasOwn(PIPELINE_TABLES, format.table);

/** Outcomes after dead letters, both after all else: an outcome is never visible before the rows it speaks of. */
const insertPipelineTables = async (blocks: readonly Block[], { insert }: StoreSteps): Promise<void> => {
  for (const block of blocks) if (isPipelineTable(block) && block.format.table !== OUTCOMES) await insert(block);
  for (const block of blocks) if (block.format.table === OUTCOMES) await insert(block);
};

/**
 * Stores blocks that hold whole events. A report that the server refuses for its data becomes a dead letter, none of its rows
 * stays, and the rest is stored: what was refused is stored again as two halves, the earlier events before the later ones, so that
 * what is stored is at any moment all that comes before some place of a partition.
 */
export const storeBlocks = async (blocks: readonly Block[], steps: StoreSteps): Promise<void> => {
  const ordered = blocks.toSorted((one, other) => one.order - other.order);
  const queue = [
    ...Map.groupBy(
      ordered.filter((block) => !isPipelineTable(block)),
      ({ format }) => format.table,
    ).values(),
  ];
  const refused = new Map<Block, DataRefusal>();
  const insertTable = async (ofTable: readonly Block[]): Promise<void> => {
    let refusal: DataRefusal | undefined;
    for (const block of ofTable) {
      await (refusal ? Promise.reject(refusal) : steps.insert(block)).catch((error: unknown) => {
        if (!(error instanceof DataRefusal)) throw error;
        // What follows in this table waits for what was refused.
        refusal = error;
        refused.set(block, error);
      });
    }
  };
  const drain = async (): Promise<void> => {
    for (let ofTable = queue.pop(); ofTable; ofTable = queue.pop()) await insertTable(ofTable);
  };
  await Promise.all(Array.from({ length: CONCURRENT_INSERTS }, drain));
  const [refusal] = refused;
  if (refusal === undefined) {
    await insertPipelineTables(ordered, steps);
    steps.stored(blocks.reduce((sum, { format, rows }) => sum + (format.table === OUTCOMES ? rows : 0), 0));
    return;
  }

  const events = eventsOf(blocks.filter((block) => isPipelineTable(block) || refused.has(block)));
  const [first] = events;
  if (events.length === 1 && first) {
    const [{ format }, { code }] = refusal;
    await insertPipelineTables(await steps.refuse(first, `${format.table}: ${code} ${DATA_CODES.get(code)}`), steps);
    return;
  }
  const middle = events.length >> 1;
  await storeBlocks(blocksOf(events.slice(0, middle)), steps);
  await storeBlocks(blocksOf(events.slice(middle)), steps);
};
