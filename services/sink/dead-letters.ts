import type { CommonRow, RowOf, Table } from '../../schemas/pack/table.ts';
import { OUTCOMES, PIPELINE_TABLES } from '../../schemas/pipeline/tables.ts';
import type { AnonymizedEvent } from '../../schemas/topics/anonymized.ts';
import { PermanentError } from '../runtime/errors.ts';
import type { RejectReason } from '../runtime/outcome.ts';
import type { SchemaIds } from '../runtime/registry/schema-ids.ts';
import { BatchWriter, formatsOf } from '../runtime/rows/batch-writer.ts';
import { refusedRows } from '../runtime/rows/event-rows.ts';
import type { RowsMessage, RowsMessageReader } from './rows-message.ts';
import type { EventParts } from './split.ts';

/** Makes messages with the outcome and the dead letter of an event that the sink refuses. */
export type WriteDeadLetter = (event: AnonymizedEvent) => Promise<readonly RowsMessage[]>;

/**
 * Creates the writer of dead letters. What it makes takes the same way as what the enricher makes, so that it is stored once.
 *
 * @throws PermanentError when the schemas of the two tables are not registered.
 */
export const createWriteDeadLetter = async (ids: SchemaIds, reader: RowsMessageReader): Promise<WriteDeadLetter> => {
  const formats = await formatsOf(Object.entries<Table>(PIPELINE_TABLES), ids);
  return async (event) => {
    const writer = new BatchWriter(formats);
    if (event.refused) writer.write(event, refusedRows(event, event.refused));
    const letters = writer.finish();
    await reader.prepare(letters);
    return letters.map((letter) => {
      const message = reader.read(letter);
      // Without this, what can't be read would be committed and gone.
      if (message === undefined)
        throw new PermanentError('the sink can not read its own dead letters: is the registry the right one?');
      return message;
    });
  };
};

type OutcomeRow = CommonRow & RowOf<(typeof PIPELINE_TABLES)['outcomes']['columns']>;

/**
 * The event that ClickHouse refuses, as its dead letter needs it: what its row of `outcomes` says, and `detail`.
 *
 * @throws PermanentError when there is no such row: the event is not whole.
 */
export const refusedEvent = ({ lineage, parts }: EventParts, detail: string): AnonymizedEvent => {
  const part = parts.find(({ block }) => block.format.table === OUTCOMES);
  if (part === undefined)
    throw new PermanentError(
      `ClickHouse refuses event ${lineage.partition}/${lineage.offset}, whose outcome is missing`,
    );
  const row = part.block.format.row.fromBuffer(part.items) as OutcomeRow;
  const { event_id, received_at, product, bytes, replay_of, kind, country, geo_build } = row;
  // Its other rows know it; outcomes name no installation.
  const other = parts.find(({ block }) => block.format.table !== OUTCOMES);
  const installation_id = other ? (other.block.format.row.fromBuffer(other.items) as CommonRow).installation_id : '';
  return {
    event_id,
    received_at,
    product,
    lineage,
    bytes,
    replay_of,
    kept: {
      kind,
      installation_id,
      country,
      geo_build,
      region: null,
      address_hash: null,
      unknown_fields: [],
      document: '',
    },
    refused: {
      outcome: 'reject',
      kind,
      stage: 'sink',
      reason: 'row_refused' satisfies RejectReason,
      detail,
      body_sha256: '',
    },
  };
};
