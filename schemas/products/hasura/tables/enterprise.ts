import { versionParts } from '../../../pack/derive.ts';
import { column, type RowOf, table } from '../../../pack/table.ts';
import type { EnterpriseReport, LabelledMetrics } from '../contract/enterprise.ts';
import { TOPIC_COLUMNS, topicColumns } from './topic.ts';

/** The tables of Enterprise Edition servers' reports. */
export const enterpriseTables = {
  hasura_enterprise_reports: table('One row per report of a Hasura Enterprise Edition server', {
    ...TOPIC_COLUMNS,
    license_jti: column('String', 'Random id of the licence; empty when not sent'),
    client_id: column('Nullable(String)', 'Random id of the client; null when it has none'),
    instance_uid: column('String', 'Random id of the running instance, new at each start; empty when not sent'),
    sample_uid: column('String', 'Random id that the reports of one sampling share; empty when not sent'),
    hasura_version: column('LowCardinality(String)', 'Version of the server as sent; empty when not sent'),
    hasura_version_parts: column('Array(UInt32)', 'Leading numbers of hasura_version, comparable: [2, 48, 0]'),
    shape: column(
      'LowCardinality(String)',
      'What the report is about: server (settings of the server), source (of one data source), metrics (labelled metrics) or none',
    ),
    backend_type: column(
      'LowCardinality(Nullable(String))',
      'Kind of database of a data source; null for other shapes',
    ),
    setting_count: column('UInt64', 'Rows that the report has in hasura_enterprise_settings'),
    sample_count: column('UInt64', 'Rows that the report has in hasura_enterprise_metrics'),
  }),
  hasura_enterprise_settings: table(
    'One row per setting or count of a Hasura Enterprise Edition server or of one of its data sources',
    {
      setting_index: column('UInt32', 'Number of the setting within its report, from 0'),
      name: column('LowCardinality(String)', 'Name of the setting, such as api_limits_enabled'),
      value_type: column(
        'LowCardinality(String)',
        'Which column has the value: bool, number, string, or null for none',
      ),
      value_bool: column('Nullable(Bool)', 'Value of a switch; null for other types'),
      value_number: column('Nullable(Float64)', 'Value of a count; null for other types'),
      value_string: column('Nullable(String)', 'Value of a text; null for other types'),
    },
    ['setting_index'],
  ),
  hasura_enterprise_metrics: table(
    'One row per value of a labelled metric of a Hasura Enterprise Edition server',
    {
      metric_index: column('UInt32', 'Number of the value within its report, from 0'),
      name: column('LowCardinality(String)', 'Name of the metric, such as hasura_graphql_requests_total'),
      labels: column('Map(String, String)', 'Labels that tell the values of one metric apart, scrubbed free text'),
      value: column('Float64', 'Value; a metric named …_total counts since the start of the instance'),
    },
    ['metric_index'],
  ),
};

type Metrics = EnterpriseReport['metrics'];

const isLabelled = (metrics: NonNullable<Metrics>): metrics is LabelledMetrics =>
  Object.values(metrics).every((value) => Array.isArray(value));

const shapeOf = (metrics: Metrics): string => {
  if (metrics == null) return 'none';
  if (isLabelled(metrics)) return 'metrics';
  return metrics.backend_type === undefined ? 'server' : 'source';
};

/** The row of one report, given the number of its settings and of its labelled values. */
export const enterpriseRow = (
  report: EnterpriseReport,
  settingCount: number,
  sampleCount: number,
): RowOf<typeof enterpriseTables.hasura_enterprise_reports.columns> => {
  const { metrics } = report;
  return {
    ...topicColumns(report.topic),
    license_jti: report.license_jti ?? '',
    client_id: report.client_id ?? null,
    instance_uid: report.instance_uid ?? '',
    sample_uid: report.sample_uid ?? '',
    hasura_version: report.hasura_version ?? '',
    hasura_version_parts: versionParts(report.hasura_version),
    shape: shapeOf(metrics),
    backend_type: metrics == null || isLabelled(metrics) ? null : (metrics.backend_type ?? null),
    setting_count: settingCount,
    sample_count: sampleCount,
  };
};

const typeOf = (value: unknown): string => {
  if (value === null) return 'null';
  return typeof value === 'boolean' ? 'bool' : typeof value;
};

/** The settings of one report, none when its metrics are labelled ones. */
export const settingRows = (metrics: Metrics): RowOf<typeof enterpriseTables.hasura_enterprise_settings.columns>[] =>
  metrics == null || isLabelled(metrics)
    ? []
    : Object.entries(metrics).map(([name, value], index) => ({
        setting_index: index,
        name,
        value_type: typeOf(value),
        value_bool: typeof value === 'boolean' ? value : null,
        value_number: typeof value === 'number' ? value : null,
        value_string: typeof value === 'string' ? value : null,
      }));

/** The values of one report's labelled metrics, none when its metrics are settings. */
export const metricRows = (metrics: Metrics): RowOf<typeof enterpriseTables.hasura_enterprise_metrics.columns>[] =>
  metrics == null || !isLabelled(metrics)
    ? []
    : Object.entries(metrics)
        .flatMap(([name, samples]) => samples.map(({ value, ...labels }) => ({ name, value, labels })))
        .map(({ name, value, labels }, index) => ({
          metric_index: index,
          name,
          labels: Object.fromEntries(Object.entries(labels).map(([label, text]) => [label, String(text)])),
          value: Number(value),
        }));
