import { column, table } from '../pack/table.ts';

/** How long the pipeline's own tables are kept, in days. */
export const PIPELINE_RETENTION_DAYS = {
  outcomes: 400,
  dead_letters: 90,
  unknown_fields: 90,
  erasure_requests: 400,
} as const;

const REPLAY_OF = column(
  'Nullable(String)',
  'Id of the dead letter that this event is a replay of; null for what a client sent',
);

/** The table whose row says that an event is done with: written and inserted after all other rows of the event. */
export const OUTCOMES = 'outcomes';

/** Where requests for erasure wait; a row is removed with the rows that it asks for. */
export const ERASURE_REQUESTS = 'erasure_requests';

/** The tables that tell what became of every event, whatever its product. */
export const PIPELINE_TABLES = {
  outcomes: table('One row per accepted event: what became of it', {
    kind: column(
      'LowCardinality(String)',
      'Product and document type; empty when the report was refused before it was known',
    ),
    outcome: column('LowCardinality(String)', 'stored, drop (on purpose) or reject (invalid: see dead_letters)'),
    stage: column('LowCardinality(String)', 'Service that decided'),
    reason: column('LowCardinality(String)', 'Why it was dropped or rejected; empty when stored'),
    bytes: column('UInt64', 'Size of the body as it came, in bytes'),
    rows: column('UInt32', 'Rows that the report became in the tables of its product'),
    replay_of: REPLAY_OF,
  }),
  dead_letters: table('One row per rejected event: why, and what is needed to find the cause', {
    kind: column(
      'LowCardinality(String)',
      'Product and document type; empty when the report was refused before it was known',
    ),
    stage: column('LowCardinality(String)', 'Service that rejected it'),
    reason: column('LowCardinality(String)', 'Why it was rejected'),
    detail: column('String', 'Where in the document and which rule it broke; never a value of the document'),
    bytes: column('UInt64', 'Size of the body as it came, in bytes'),
    body_sha256: column('String', 'SHA-256 of the body as it came, hex: tells equal bodies apart from different ones'),
    payload: column('String', 'The cleaned document as JSON; empty when the report never passed its contract'),
    replay_of: REPLAY_OF,
  }),
  unknown_fields: table(
    'One row per field that a report had and its contract has not: dropped, and told here by name alone',
    {
      kind: column('LowCardinality(String)', 'Product and document type'),
      path: column(
        'LowCardinality(String)',
        'Where it stood: [] for elements of an array, * for a key of a map or a name that could be data',
      ),
    },
    ['path'],
  ),
  erasure_requests: table('One row per installation whose rows are about to be removed', {
    forever: column('Bool', 'Whether later reports are kept out as well: an operator asked'),
    suppression: column(
      'String',
      'Name of the entry on the suppression list: a keyed hash of product and installation',
    ),
  }),
} as const;
