import type { Table } from '../../../schemas/pack/table.ts';
import { OUTCOMES } from '../../../schemas/pipeline/tables.ts';
import type { AnonymizedEvent } from '../../../schemas/topics/anonymized.ts';
import { monthOf, rowsSchema, rowsSubject } from '../../../schemas/topics/rows.ts';
import { PermanentError } from '../errors.ts';
import { type Reject, reject } from '../outcome.ts';
import type { SchemaIds } from '../registry/schema-ids.ts';
import { commonRow, type Rows } from './event-rows.ts';
import { type RowsFormat, RowsWriter, rowsFormat } from './rows-writer.ts';

/** Largest message of rows in bytes: below the 1 MB that Kafka takes by default. */
const MAX_MESSAGE_BYTES = 900_000;

/** Gathers the rows of a batch of events into messages, one table and one month each. */
export class BatchWriter {
  readonly #formats: ReadonlyMap<string, RowsFormat>;
  readonly #writers = new Map<string, RowsWriter>();

  constructor(formats: ReadonlyMap<string, RowsFormat>) {
    this.#formats = formats;
  }

  /** Adds all rows of an event, or none: then the reason why it can't be stored. */
  tryWrite(event: AnonymizedEvent, rows: Rows): Reject | undefined {
    const touched: RowsWriter[] = [];
    for (const [table, tableRows] of Object.entries(rows)) {
      if (!tableRows?.length) continue;
      const writer = this.#writerOf(table, event);
      touched.push(writer);
      const common = commonRow(event, table);
      try {
        for (const row of tableRows) writer.addRow(Object.assign(row, common));
      } catch {
        for (const each of touched) each.undoEvent();
        return reject('row_unencodable', table, event.kept?.kind);
      }
    }
    for (const writer of touched) writer.endEvent(event.lineage.offset, event.received_at);
    return undefined;
  }

  /**
   * Adds rows that we made ourselves.
   *
   * @throws PermanentError when one does not fit: a mistake of ours.
   */
  write(event: AnonymizedEvent, rows: Rows): void {
    const rejected = this.tryWrite(event, rows);
    if (rejected) throw new PermanentError(`a row of ${rejected.detail} does not fit its table`);
  }

  /** All messages of the batch; those of `outcomes` come last: who has read them has read all rows of their events. */
  finish(): readonly Buffer[] {
    const isLast = (key: string): boolean => key.startsWith(`${OUTCOMES}/`);
    const writers = [...this.#writers].sort(([a], [b]) => Number(isLast(a)) - Number(isLast(b)));
    return writers.flatMap(([, writer]) => writer.finish());
  }

  #writerOf(table: string, { lineage, received_at }: AnonymizedEvent): RowsWriter {
    const { generation, partition } = lineage;
    const month = monthOf(received_at);
    const key = `${table}/${month}/${generation}`;
    const known = this.#writers.get(key);
    if (known !== undefined) return known;
    const format = this.#formats.get(table);
    if (format === undefined) throw new PermanentError(`${table} is no table`);
    const made = new RowsWriter(format, { generation, partition, month }, MAX_MESSAGE_BYTES);
    this.#writers.set(key, made);
    return made;
  }
}

/**
 * The formats of tables by name, for a {@link BatchWriter}.
 *
 * @throws PermanentError when the schema of one is not registered.
 */
export const formatsOf = async (
  tables: Iterable<readonly [string, Table]>,
  ids: SchemaIds,
): Promise<ReadonlyMap<string, RowsFormat>> => {
  const formats = [...tables].map(async ([name, table]) => {
    const schemaId = await ids.idOf(rowsSubject(name), rowsSchema(name, table));
    return [name, rowsFormat(name, table, schemaId)] as const;
  });
  return new Map(await Promise.all(formats));
};
