import { OUTCOMES, PIPELINE_TABLES } from '../../schemas/pipeline/tables.ts';
import { DATA_CODES, DataRefusal } from './clickhouse-errors.ts';
import type { Block } from './gathering.ts';
import { blocksOf, type EventParts, eventsOf, mergeBlocks } from './split.ts';

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

/** Inserts the products' blocks, those of a table in their order; resolves with those that were refused, or waited for one that was. */
const insertProductTables = async (
  blocks: readonly Block[],
  { insert }: StoreSteps,
): Promise<ReadonlyMap<Block, DataRefusal>> => {
  const queue = [...Map.groupBy(blocks, ({ format }) => format.table).values()];
  const refused = new Map<Block, DataRefusal>();
  const insertTable = async (ofTable: readonly Block[]): Promise<void> => {
    let refusal: DataRefusal | undefined;
    for (const block of ofTable) {
      await (refusal ? Promise.reject(refusal) : insert(block)).catch((error: unknown) => {
        if (!(error instanceof DataRefusal)) throw error;
        refusal = error;
        refused.set(block, error);
      });
    }
  };
  const drain = async (): Promise<void> => {
    for (let ofTable = queue.pop(); ofTable; ofTable = queue.pop()) await insertTable(ofTable);
  };
  await Promise.all(Array.from({ length: CONCURRENT_INSERTS }, drain));
  return refused;
};

/**
 * Stores blocks that hold whole events. A report that the server refuses for its data becomes a dead letter, none of its rows
 * stays, and the rest is stored: what was refused is stored again as two halves, the earlier events before the later ones. Before
 * anything that comes after a refused report its outcome is stored, and those of all before it: so what is stored is at any moment
 * all that comes before some place of a partition.
 */
export const storeBlocks = async (blocks: readonly Block[], steps: StoreSteps): Promise<void> => {
  /** Rows of the pipeline's tables for events whose other rows are stored. */
  let undecided: Block[] = [];

  const decide = async (): Promise<void> => {
    if (undecided.length === 0) return;
    const merged = mergeBlocks(undecided);
    undecided = [];
    await insertPipelineTables(merged, steps);
    steps.stored(merged.reduce((sum, { format, rows }) => sum + (format.table === OUTCOMES ? rows : 0), 0));
  };

  const store = async (part: readonly Block[]): Promise<void> => {
    const ofPipeline = part.filter(isPipelineTable);
    const refused = await insertProductTables(
      part.filter((block) => !isPipelineTable(block)),
      steps,
    );
    const [refusal] = refused;
    if (refusal === undefined) {
      undecided.push(...ofPipeline);
      return;
    }
    const events = eventsOf([...ofPipeline, ...refused.keys()]);
    const [first] = events;
    if (events.length === 1 && first) {
      await decide();
      const [{ format }, { code }] = refusal;
      await insertPipelineTables(await steps.refuse(first, `${format.table}: ${code} ${DATA_CODES.get(code)}`), steps);
      return;
    }
    const middle = events.length >> 1;
    await store(blocksOf(events.slice(0, middle)));
    await store(blocksOf(events.slice(middle)));
  };

  await store(blocks.toSorted((one, other) => one.order - other.order));
  await decide();
};
