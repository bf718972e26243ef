import { versionParts } from '../../../pack/derive.ts';
import { column, type RowOf, table } from '../../../pack/table.ts';
import type { ConsoleEvent } from '../contract/console.ts';
import { TOPIC_COLUMNS, topicColumns } from './topic.ts';

/** The table of the console's events. */
export const consoleTables = {
  hasura_console_errors: table('One row per event of a Hasura console: errors, and what else it records', {
    ...TOPIC_COLUMNS,
    server_version: column('LowCardinality(String)', 'Version of the server it shows as sent; empty when not sent'),
    server_version_parts: column('Array(UInt32)', 'Leading numbers of server_version, comparable: [2, 48, 0]'),
    event_type: column('LowCardinality(String)', 'Type of the event, such as Main/RUN_TIME_ERROR or CONNECT_DB'),
    is_error: column('Bool', 'Whether the event is an error at run time'),
    url: column('String', 'Route without the names of tables and the like, scrubbed free text; empty when not sent'),
    console_mode: column('LowCardinality(String)', 'Who serves the console: server or cli; empty when not sent'),
    console_type: column('LowCardinality(String)', 'Edition: oss, pro, pro-lite or cloud; empty before November 2022'),
    cli_uuid: column('String', 'Random id of the command line that serves it; empty when a server does'),
    server_uuid: column('String', 'Random id of the server it shows; empty when unknown'),
    message: column('Nullable(String)', 'Message of an error, scrubbed free text; null when not sent'),
    stack: column('Nullable(String)', 'Stack of an error, scrubbed free text, a line per frame; null when not sent'),
    db_kind: column(
      'LowCardinality(Nullable(String))',
      'Kind of the database that was connected, scrubbed free text; null for other events',
    ),
    entity_count: column('Nullable(UInt64)', 'Entities of the database that was connected; null when not sent'),
    entity_hash: column(
      'Nullable(String)',
      'Hash of the entities of the database that was connected; null when not sent',
    ),
    feature_flag: column(
      'LowCardinality(Nullable(String))',
      'Name of the feature flag that was set; null for other events',
    ),
    feature_enabled: column('Nullable(Bool)', 'What the feature flag was set to; null for other events'),
    element_id: column(
      'Nullable(String)',
      'Element that was clicked or changed, scrubbed free text; null for other events',
    ),
  }),
};

const stackText = (stack: string | readonly string[] | null | undefined): string | null =>
  typeof stack === 'string' ? stack : (stack?.join('\n') ?? null);

/** The row of one event of a console. */
export const consoleRow = (event: ConsoleEvent): RowOf<typeof consoleTables.hasura_console_errors.columns> => {
  const details = event.event_data;
  const error = details ?? event.data;
  return {
    ...topicColumns(event.topic),
    server_version: event.server_version ?? '',
    server_version_parts: versionParts(event.server_version),
    event_type: event.event_type,
    is_error: event.event_type.endsWith('RUN_TIME_ERROR'),
    url: event.url ?? '',
    console_mode: event.console_mode ?? '',
    console_type: event.console_type ?? '',
    cli_uuid: event.cli_uuid ?? '',
    server_uuid: event.server_uuid ?? '',
    message: error?.message ?? null,
    stack: stackText(error?.stack),
    db_kind: details?.db_kind ?? null,
    entity_count: details?.entity_count ?? null,
    entity_hash: details?.entity_hash ?? null,
    feature_flag: details?.feature_flag ?? null,
    feature_enabled: details?.value ?? null,
    element_id: details?.id ?? null,
  };
};
