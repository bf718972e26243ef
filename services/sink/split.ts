import type { CommonRow } from '../../schemas/pack/table.ts';
import type { Lineage } from '../../schemas/topics/anonymized.ts';
import type { Block } from './gathering.ts';

/** One row of an event, and the block that it was in. */
interface Part {
  readonly block: Block;
  readonly items: Buffer;
  readonly receivedAt: number;
}

/** An event's rows over some blocks. */
export interface EventParts {
  readonly lineage: Lineage;
  readonly parts: readonly Part[];
}

const byLineage = (a: EventParts, b: EventParts): number =>
  a.lineage.partition - b.lineage.partition || a.lineage.offset - b.lineage.offset;

/** The events of blocks, each with its rows in all of them, by partition and offset. Reads every row: only for trouble. */
export const eventsOf = (blocks: readonly Block[]): readonly EventParts[] => {
  const events = new Map<string, EventParts & { readonly parts: Part[] }>();
  for (const block of blocks) {
    for (const items of block.items) {
      for (let position = 0; position < items.length; ) {
        const { value, offset: next } = block.format.row.decode(items, position);
        const { _generation: generation, _partition: partition, _offset: offset, received_at } = value as CommonRow;
        const key = `${generation}/${partition}/${offset}`;
        const event = events.get(key) ?? { lineage: { generation, partition, offset }, parts: [] };
        events.set(key, event);
        event.parts.push({ block, items: items.subarray(position, next), receivedAt: received_at });
        position = next;
      }
    }
  }
  return [...events.values()].sort(byLineage);
};

/** Blocks like those that the events were taken from, with the rows of these events only. */
export const blocksOf = (events: readonly EventParts[]): readonly Block[] => {
  const blocks = new Map<Block, Block>();
  for (const { lineage, parts } of events) {
    for (const {
      block: { format, month, order },
      block,
      items,
      receivedAt,
    } of parts) {
      const made = blocks.get(block) ?? {
        format,
        month,
        order,
        items: [],
        partitions: new Set<number>(),
        rows: 0,
        bytes: 0,
        newestReceivedAt: 0,
      };
      blocks.set(block, made);
      made.items.push(items);
      made.partitions.add(lineage.partition);
      made.rows += 1;
      made.bytes += items.length;
      made.newestReceivedAt = Math.max(made.newestReceivedAt, receivedAt);
    }
  }
  return [...blocks.values()];
};

/** The same rows in fewer blocks: neighbours of one table, month and schema become one. */
export const mergeBlocks = (blocks: readonly Block[]): readonly Block[] => {
  const merged: Block[] = [];
  for (const block of blocks) {
    const before = merged.findLast(({ format, month }) => format.table === block.format.table && month === block.month);
    if (before === undefined || before.format.schemaId !== block.format.schemaId) {
      merged.push({ ...block, items: [...block.items], partitions: new Set(block.partitions) });
      continue;
    }
    before.items.push(...block.items);
    for (const partition of block.partitions) before.partitions.add(partition);
    before.rows += block.rows;
    before.bytes += block.bytes;
    before.newestReceivedAt = Math.max(before.newestReceivedAt, block.newestReceivedAt);
  }
  return merged;
};
