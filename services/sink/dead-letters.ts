import type { Table } from '../../schemas/pack/table.ts';
import { PIPELINE_TABLES } from '../../schemas/pipeline/tables.ts';
import type { Lineage } from '../../schemas/topics/anonymized.ts';
import { TOPICS } from '../../schemas/topics/topics.ts';
import type { SchemaIds } from '../runtime/registry/schema-ids.ts';
import { BatchWriter, formatsOf } from '../runtime/rows/batch-writer.ts';
import { refusedRows } from '../runtime/rows/event-rows.ts';
import { undecodableEvent } from '../runtime/rows/undecodable.ts';

/** Makes messages with the outcome and the dead letter of a value of the topic of rows that is no message. */
export type WriteDeadLetter = (place: Lineage, value: Buffer) => readonly Buffer[];

/**
 * Creates the writer of dead letters. What it makes takes the same way as what the enricher makes, so that it is stored once.
 *
 * @throws PermanentError when the schemas of the two tables are not registered.
 */
export const createWriteDeadLetter = async (ids: SchemaIds): Promise<WriteDeadLetter> => {
  const formats = await formatsOf(Object.entries<Table>(PIPELINE_TABLES), ids);
  return (place, value) => {
    const event = undecodableEvent('sink', TOPICS.rows.name, place, value);
    const writer = new BatchWriter(formats);
    if (event.refused) writer.write(event, refusedRows(event, event.refused));
    return writer.finish();
  };
};
