import { instant, toCount, versionParts } from '../../../pack/derive.ts';
import { column, type RowOf, table } from '../../../pack/table.ts';
import type { ServerReport } from '../contract/server.ts';
import { TIMING_COLUMNS, timingColumns } from './service-timings.ts';
import { TOPIC_COLUMNS, topicColumns } from './topic.ts';

const COUNT_COLUMNS = {
  tables: column('Nullable(UInt64)', 'Tracked tables; null when not sent'),
  views: column('Nullable(UInt64)', 'Tracked views; null when not sent'),
  enum_tables: column('Nullable(UInt64)', 'Tracked tables that are enumerations; null before August 2019'),
  event_triggers: column('Nullable(UInt64)', 'Event triggers; null when not sent'),
  functions: column('Nullable(UInt64)', 'Tracked SQL functions; null before January 2019'),
  relationships_manual: column('Nullable(UInt64)', 'Relationships made by hand; null when not sent'),
  relationships_auto: column('Nullable(UInt64)', 'Relationships from foreign keys; null when not sent'),
  permissions_select: column('Nullable(UInt64)', 'Select permissions; null when not sent'),
  permissions_insert: column('Nullable(UInt64)', 'Insert permissions; null when not sent'),
  permissions_update: column('Nullable(UInt64)', 'Update permissions; null when not sent'),
  permissions_delete: column('Nullable(UInt64)', 'Delete permissions; null when not sent'),
  roles: column('Nullable(UInt64)', 'Roles that have permissions; null when not sent'),
  remote_schemas: column(
    'Nullable(UInt64)',
    'Remote schemas; null for all sources but the default one, whose report counts those of the server',
  ),
  actions_synchronous: column('Nullable(UInt64)', 'Synchronous actions; null when not sent'),
  actions_asynchronous: column('Nullable(UInt64)', 'Asynchronous actions; null when not sent'),
  query_actions: column('Nullable(UInt64)', 'Actions of type query; null when not sent'),
  type_relationships: column('Nullable(UInt64)', 'Relationships of custom types; null when not sent'),
  custom_types: column('Nullable(UInt64)', 'Custom types; null when not sent'),
  native_queries_with_parameters: column('Nullable(UInt64)', 'Native queries with parameters; null before 2023'),
  native_queries_without_parameters: column('Nullable(UInt64)', 'Native queries without parameters; null before 2023'),
  stored_procedures_with_parameters: column('Nullable(UInt64)', 'Stored procedures with parameters; null before 2023'),
  stored_procedures_without_parameters: column(
    'Nullable(UInt64)',
    'Stored procedures without parameters; null before 2023',
  ),
  logical_models: column('Nullable(UInt64)', 'Logical models; null before 2023'),
};

/** The table of servers' reports. */
export const serverTables = {
  hasura_server_reports: table(
    'One row per report of a Hasura server: about a whole server (v1), one of its data sources (v2) or its resources',
    {
      ...TOPIC_COLUMNS,
      format: column(
        'LowCardinality(String)',
        'v1: whole server, until mid-2022; v2: one data source; resources: CPU and memory only, without any id',
      ),
      sample_id: column('Nullable(Int64)', 'Row number of a sample as in the documentation; null from real servers'),
      sample_time: column(
        'Nullable(DateTime64(3))',
        'Time in a sample as in the documentation; null from real servers',
      ),
      instance_uid: column('String', 'Random id of the running instance, new at each start; empty when not sent'),
      hasura_version: column('LowCardinality(String)', 'Version of the server as sent; empty when not sent'),
      hasura_version_parts: column('Array(UInt32)', 'Leading numbers of hasura_version, comparable: [2, 48, 0]'),
      ci: column(
        'LowCardinality(Nullable(String))',
        'Vendor of the continuous integration it runs in; null when in none',
      ),
      ci_reported: column(
        'Bool',
        'Whether the server said anything about continuous integration, even that it runs in none',
      ),
      source_db_uid: column(
        'Nullable(String)',
        'Random id of the database of a v2 source; null but for the default source',
      ),
      backend_type: column(
        'LowCardinality(Nullable(String))',
        'Kind of database of a v2 source; null before April 2023',
      ),
      db_kind: column(
        'LowCardinality(Nullable(String))',
        'Kind of database of a v2 source, or name of its data connector, scrubbed free text; null when not sent',
      ),
      db_version: column(
        'Nullable(String)',
        'Version of the database of a v2 source, scrubbed free text; null when unknown',
      ),
      db_version_parts: column(
        'Array(UInt32)',
        'Leading numbers of db_version, comparable; PostgreSQL 14.6 is [140006]',
      ),
      pg_version: column('Nullable(Int64)', 'Version number of PostgreSQL in v1, such as 130004; null when not sent'),
      postgres_major: column('Nullable(UInt64)', 'Major version of PostgreSQL, of v1 or v2; null for other databases'),
      experimental_features: column(
        'Array(LowCardinality(String))',
        'Experimental features that are switched on, in alphabetical order; empty before December 2022',
      ),
      ...COUNT_COLUMNS,
      ...TIMING_COLUMNS,
      resource_cpu: column('Nullable(UInt64)', 'Processing power in 1/1024 of a core; null when unknown or not sent'),
      resource_memory: column(
        'Nullable(UInt64)',
        'Memory in bytes; null when unknown or not sent, 2^53 - 2 when unlimited',
      ),
      resource_checker_error_code: column(
        'LowCardinality(Nullable(String))',
        'Why resources are unknown, scrubbed free text; null when they are known or not sent',
      ),
    },
  ),
};

type Metrics = ServerReport['metrics'];

const countColumns = (metrics: Metrics): RowOf<typeof COUNT_COLUMNS> => ({
  tables: metrics?.tables ?? null,
  views: metrics?.views ?? null,
  enum_tables: metrics?.enum_tables ?? null,
  event_triggers: metrics?.event_triggers ?? null,
  functions: metrics?.functions ?? null,
  relationships_manual: metrics?.relationships?.manual ?? null,
  relationships_auto: metrics?.relationships?.auto ?? null,
  permissions_select: metrics?.permissions?.select ?? null,
  permissions_insert: metrics?.permissions?.insert ?? null,
  permissions_update: metrics?.permissions?.update ?? null,
  permissions_delete: metrics?.permissions?.delete ?? null,
  roles: metrics?.permissions?.roles ?? null,
  remote_schemas: metrics?.remote_schemas ?? null,
  actions_synchronous: metrics?.actions?.synchronous ?? null,
  actions_asynchronous: metrics?.actions?.asynchronous ?? null,
  query_actions: metrics?.actions?.query_actions ?? null,
  type_relationships: metrics?.actions?.type_relationships ?? null,
  custom_types: metrics?.actions?.custom_types ?? null,
  native_queries_with_parameters: metrics?.native_queries?.with_parameters ?? null,
  native_queries_without_parameters: metrics?.native_queries?.without_parameters ?? null,
  stored_procedures_with_parameters: metrics?.stored_procedures?.with_parameters ?? null,
  stored_procedures_without_parameters: metrics?.stored_procedures?.without_parameters ?? null,
  logical_models: metrics?.logical_models?.count ?? null,
});

const formatOf = (report: ServerReport): string => {
  if (report.metadata_db_uid != null) return 'v2';
  return report.db_uid != null ? 'v1' : 'resources';
};

/** PostgreSQL states its version as one number: 14.6 is 140006, 9.6.24 is 90624. CockroachDB only imitates one. */
const postgresMajor = ({ source_metadata: source, metrics }: ServerReport): number | null => {
  const backend = source?.backend_type ?? source?.db_kind ?? 'postgres';
  const version = Number(source?.db_version ?? metrics?.pg_version ?? 0);
  const isPostgres = backend === 'postgres' || backend === 'citus';
  return isPostgres && version >= 90_000 && version < 1_000_000 ? Math.trunc(version / 10_000) : null;
};

/** The row of one report of a server. */
export const serverRow = (report: ServerReport): RowOf<typeof serverTables.hasura_server_reports.columns> => {
  const { metrics, source_metadata: source, server_metrics: resources } = report;
  const version = report.hasura_version ?? report.version ?? '';
  return {
    ...topicColumns(report.topic),
    format: formatOf(report),
    sample_id: report.id ?? null,
    sample_time: instant(report.timestamp),
    instance_uid: report.instance_uid ?? '',
    hasura_version: version,
    hasura_version_parts: versionParts(version),
    ci: report.ci ?? null,
    ci_reported: report.ci !== undefined,
    source_db_uid: source?.db_uid ?? null,
    backend_type: source?.backend_type ?? null,
    db_kind: source?.db_kind ?? null,
    db_version: source?.db_version ?? null,
    db_version_parts: versionParts(source?.db_version),
    pg_version: metrics?.pg_version ?? null,
    postgres_major: postgresMajor(report),
    experimental_features: report.experimental_features?.toSorted() ?? [],
    ...countColumns(metrics),
    ...timingColumns(metrics?.service_timings),
    resource_cpu: resources?.resource_cpu ?? null,
    resource_memory: resources?.resource_memory == null ? null : toCount(resources.resource_memory),
    resource_checker_error_code: resources?.resource_checker_error_code ?? null,
  };
};
