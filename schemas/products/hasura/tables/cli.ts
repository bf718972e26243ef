import { instant, osFamily, versionParts } from '../../../pack/derive.ts';
import { column, type RowOf, table } from '../../../pack/table.ts';
import type { CliEvent } from '../contract/cli.ts';
import { TOPIC_COLUMNS, topicColumns } from './topic.ts';

/** The table of the command line's executions. */
export const cliTables = {
  hasura_cli_events: table('One row per execution of the Hasura command line', {
    ...TOPIC_COLUMNS,
    sample_id: column('Nullable(Int64)', 'Row number of a sample as in the documentation; null from real clients'),
    sample_time: column('Nullable(DateTime64(3))', 'Time in a sample as in the documentation; null from real clients'),
    execution_id: column('String', 'Random id of the execution; empty when not sent'),
    version: column('LowCardinality(String)', 'Version of the command line as sent; empty when not sent'),
    version_parts: column('Array(UInt32)', 'Leading numbers of version, comparable: [2, 48, 0]'),
    command: column('LowCardinality(String)', 'Words of the command without its flags, such as hasura metadata apply'),
    is_error: column('Nullable(Bool)', 'Whether the command failed; null when not sent'),
    os_platform: column('LowCardinality(String)', 'Operating system as sent, such as darwin; empty when not sent'),
    os_family: column('LowCardinality(String)', 'linux, macos, windows, bsd or other; empty when unknown'),
    os_arch: column('LowCardinality(String)', 'Processor architecture, such as amd64; empty when not sent'),
    server_uuid: column('String', 'Random id of the server it talked to; empty when it talked to none'),
    server_version: column(
      'LowCardinality(String)',
      'Version of the server it talked to; empty when it talked to none',
    ),
    server_version_parts: column('Array(UInt32)', 'Leading numbers of server_version, comparable'),
  }),
};

/** The row of one execution of the command line. */
export const cliRow = (event: CliEvent): RowOf<typeof cliTables.hasura_cli_events.columns> => ({
  ...topicColumns(event.topic),
  sample_id: event.id ?? null,
  sample_time: instant(event.timestamp),
  execution_id: event.execution_id ?? '',
  version: event.version ?? '',
  version_parts: versionParts(event.version),
  command: event.command ?? '',
  is_error: event.is_error ?? null,
  os_platform: event.os_platform ?? '',
  os_family: osFamily(event.os_platform),
  os_arch: event.os_arch ?? '',
  server_uuid: event.server_uuid ?? '',
  server_version: event.server_version ?? '',
  server_version_parts: versionParts(event.server_version),
});
