import type { Flatteners } from '../../pack/pack.ts';
import { column, table } from '../../pack/table.ts';
import { operationOf } from './batch.ts';
import type { contracts } from './contract.ts';
import { operationRow, providerRow, spanRow } from './rows.ts';

const operationIndex = column(
  'Nullable(UInt32)',
  'Position of the operation in its report, from 0; null in rows older than this column',
);

/** The tables of CloudQuery. */
export const tables = {
  cloudquery_operations: table(
    'One row per operation that a report of the cloudquery binary carries; operation is empty in reports of spans that ended before it',
    {
      run_id: column('String', 'Random id that the reports of one run share; empty when not sent'),
      random_id_persisted: column('Nullable(Bool)', 'Whether the id of the installation was read from its file'),
      is_vendor_staff: column('Bool', "Whether the id of the installation is the one of CloudQuery's own staff"),
      address_hash: column('Nullable(String)', 'Keyed hash of the client address, comparable within one day only'),
      operation: column('LowCardinality(String)', 'Command words without arguments: fetch, policy run'),
      operation_group: column('LowCardinality(String)', 'First command word: fetch, policy, drift'),
      started_at: column('Nullable(DateTime64(3))', 'When the operation began, by the clock there, UTC'),
      duration_ms: column('Nullable(Float64)', 'How long the operation took, milliseconds'),
      success: column('Nullable(Bool)', 'Whether the operation succeeded'),
      error_class: column(
        'LowCardinality(String)',
        'Class of the error: cancelled, auth, connection, database or other; empty when none was sent',
      ),
      version: column('LowCardinality(String)', 'Version of CloudQuery as sent, or development; empty when not sent'),
      version_parts: column('Array(UInt32)', 'Leading numbers of version, comparable: [0, 20, 0]'),
      commit: column('String', 'Commit the binary was built from; empty when not sent'),
      build_date: column('String', 'Build date of the binary as sent; empty when not sent'),
      built_at: column(
        'Nullable(DateTime64(3))',
        'build_date as a time, UTC; null for development builds, which send the time they were started at in another form',
      ),
      build_age_days: column('Nullable(UInt64)', 'Age of the binary when the operation began, whole days'),
      ci: column('Nullable(Bool)', 'Whether the operation ran in a CI environment'),
      terminal: column('Nullable(Bool)', 'Whether the output went to a terminal; null before 0.17.0'),
      faas: column('Nullable(Bool)', 'Whether the operation ran in a function service; null before 0.17.4'),
      os_type: column('LowCardinality(String)', 'Operating system as sent: linux, darwin; empty when not sent'),
      os_family: column('LowCardinality(String)', 'linux, macos, windows, bsd or other; empty when unknown'),
      os_description: column('String', 'Description of the operating system, scrubbed free text; empty when not sent'),
      runtime_name: column('LowCardinality(String)', 'Compiler: go or gc; empty when not sent'),
      runtime_version: column('LowCardinality(String)', 'Version of the Go runtime as sent: go1.17.8'),
      runtime_version_parts: column('Array(UInt32)', 'Leading numbers of runtime_version, comparable: [1, 17, 8]'),
      runtime_description: column('LowCardinality(String)', 'Runtime and platform in words; empty when not sent'),
      sdk_name: column('LowCardinality(String)', 'Telemetry library: opentelemetry; empty when not sent'),
      sdk_language: column('LowCardinality(String)', 'Language of the telemetry library; empty when not sent'),
      sdk_version: column('LowCardinality(String)', 'Version of the telemetry library; empty when not sent'),
      sdk_version_parts: column('Array(UInt32)', 'Leading numbers of sdk_version, comparable'),
      history_enabled: column('Nullable(Bool)', 'Whether the history mode is on; clients send it only when it is'),
      providers_count: column('Nullable(UInt64)', 'Entries of providers; null when the report had none of that name'),
      resources: column('Nullable(UInt64)', 'Resources fetched in all; null when the operation fetched nothing'),
      warnings: column('Nullable(UInt64)', 'Warnings of the fetch in all; null when not sent'),
      errors: column('Nullable(UInt64)', 'Errors of the fetch in all; null when not sent'),
      diagnostics_total: column('Nullable(UInt64)', 'Diagnostics of the operation in all; null when not sent'),
      diagnostics_by_type: column('Map(LowCardinality(String), UInt64)', 'Diagnostics by type, such as access'),
      diagnostics_by_severity: column('Map(LowCardinality(String), UInt64)', 'Diagnostics by severity, such as error'),
      spans_count: column('Nullable(UInt64)', 'Spans of the report; null when it had no spans'),
      operation_index: operationIndex,
    },
  ),
  cloudquery_providers: table(
    'One row per provider of an operation',
    {
      provider_index: column('UInt32', 'Position in the report, from 0'),
      name: column('LowCardinality(String)', 'Name of the provider: aws'),
      version: column('LowCardinality(String)', 'Version of the provider as sent, or debug; empty when not sent'),
      version_parts: column('Array(UInt32)', 'Leading numbers of version, comparable'),
      instances: column('Nullable(UInt64)', 'Configurations of this provider in the run; null when not sent'),
      resources: column('Nullable(UInt64)', 'Resources fetched by the provider; null when not sent'),
      warnings: column('Nullable(UInt64)', 'Warnings of the provider; null when not sent'),
      errors: column('Nullable(UInt64)', 'Errors of the provider; null when not sent'),
      status: column('LowCardinality(String)', 'How the fetch of the provider ended, as sent; empty when not sent'),
      duration_ms: column('Nullable(Float64)', 'How long the fetch of the provider took, milliseconds'),
      diagnostics: column(
        'Map(LowCardinality(String), UInt64)',
        'Diagnostics of the provider, keyed severity.type; severity.total sums up one severity',
      ),
      operation_index: operationIndex,
    },
    ['provider_index'],
  ),
  cloudquery_spans: table(
    'One row per span: a part of an operation and how long it took',
    {
      span_index: column('UInt32', 'Position in the report, from 0'),
      run_id: column('String', 'Random id that the reports of one run share; empty when not sent'),
      span_id: column('String', 'Id of the span; empty when not sent'),
      parent_span_id: column('String', 'Id of the span this one is a part of; empty for the whole operation'),
      name: column('LowCardinality(String)', 'Name of the part: cli:cloudquery fetch, DownloadProviders, Fetch'),
      started_at: column('Nullable(DateTime64(3))', 'When the part began, by the clock there, UTC'),
      duration_ms: column('Nullable(Float64)', 'How long the part took, milliseconds'),
      success: column('Nullable(Bool)', 'Whether the part succeeded'),
      error_class: column(
        'LowCardinality(String)',
        'Class of the error: cancelled, auth, connection, database or other; empty when none was sent',
      ),
      provider: column('LowCardinality(String)', 'Provider the part is about; empty when about none'),
      provider_version: column('LowCardinality(String)', 'Version of that provider as sent; empty when not sent'),
      provider_version_parts: column('Array(UInt32)', 'Leading numbers of provider_version, comparable'),
      old_version: column('LowCardinality(String)', 'Version before an upgrade or downgrade; empty for other parts'),
      old_version_parts: column('Array(UInt32)', 'Leading numbers of old_version, comparable'),
      new_version: column('LowCardinality(String)', 'Version after an upgrade or downgrade; empty for other parts'),
      new_version_parts: column('Array(UInt32)', 'Leading numbers of new_version, comparable'),
      module: column('LowCardinality(String)', 'Module the part executed: drift; empty for other parts'),
    },
    ['span_index'],
  ),
};

/** How a report becomes rows. A batch carries several operations, which are taken apart here. */
export const flatten: Flatteners<typeof contracts, typeof tables> = {
  'cloudquery.operation': (report, { addressHash }) => ({
    cloudquery_operations: [operationRow(report, addressHash, 0)],
    cloudquery_providers: (report.providers ?? []).map((provider, index) => providerRow(provider, index, 0)),
    cloudquery_spans: (report.spans ?? []).map((span, index) => spanRow(report, span, index)),
  }),
  'cloudquery.batch': ({ batch }, { addressHash }) => {
    const operations = batch.map(operationOf);
    return {
      cloudquery_operations: operations.map((operation, index) => operationRow(operation, addressHash, index)),
      cloudquery_providers: operations.flatMap(({ providers }, operationIndex) =>
        (providers ?? []).map((provider, index) => providerRow(provider, index, operationIndex)),
      ),
    };
  },
};
