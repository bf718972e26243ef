import { MAX_INTEGER } from '../../pack/field.ts';
import type { RowsByTable } from '../../pack/pack.ts';
import { type Columns, column, type RowOf, table } from '../../pack/table.ts';
import type { Metrics, MetricValue } from './metrics.ts';

const id = (of: string) => column('String', `${of}, a technical id; empty when not sent`);
const word = (of: string) => column('LowCardinality(String)', `${of}; empty when not sent`);

const VALUE_COLUMNS = {
  granularity: word('How often the value is sent: adhoc, daily, weekly, monthly'),
  type: word('Type as sent: boolean, string, integer, float'),
  value_bool: column('Nullable(Bool)', 'The value of a switch; null for other types'),
  value_integer: column('Nullable(Int64)', 'The value of a whole number; null for other types'),
  value_float: column(
    'Nullable(Float64)',
    'The value of type float, or of a whole number beyond 2^53 - 2; null for other types',
  ),
  value_string: column('Nullable(String)', 'The value of a text, scrubbed free text; null for other types'),
};

/** Values of one dimension: `about` says which thing each of them is about. */
const valueTable = <const C extends Columns>(of: string, about: C) =>
  table(
    `One row per metric of ${of}: one of the values is set, none when the server knows none`,
    {
      metric_index: column('UInt32', 'Index in metric_values of the report, from 0', 'Delta(4), ZSTD(1)'),
      ...about,
      key: column(
        'LowCardinality(String)',
        'Name of the metric, such as ncloc_per_language; some end with a name of their own, such as that of a step',
      ),
      ...VALUE_COLUMNS,
    },
    ['metric_index'],
  );

/** The tables of what servers since 10.7 send beside their report. */
export const metricsTables = {
  sonarqube_metrics_reports: table('One row per report of metrics, which is about one dimension', {
    message_uuid: column('String', 'Random id of the message, another one when it is sent anew; empty when not sent'),
    dimension: column('LowCardinality(String)', 'installation, user, project, language or analysis'),
    metrics_count: column('UInt64', 'Elements of metric_values'),
  }),
  sonarqube_installation_metrics: valueTable('an installation or of a fix that it suggested', {
    project_uuid: id('Project of a suggested fix'),
    fix_suggestion_uuid: id('Suggested fix'),
  }),
  sonarqube_user_metrics: valueTable('a user', { user_uuid: id('User') }),
  sonarqube_project_metrics: valueTable('a project', { project_uuid: id('Project') }),
  sonarqube_language_metrics: valueTable('a language', { language: word('Language') }),
  sonarqube_analysis_metrics: valueTable('an analysis', {
    project_uuid: id('Project'),
    analysis_type: word('Kind of analysis'),
  }),
};

const valueColumns = ({ granularity, type, value }: MetricValue): RowOf<typeof VALUE_COLUMNS> => {
  const isInteger = Number.isInteger(value) && type !== 'float' && Math.abs(Number(value)) <= MAX_INTEGER;
  return {
    granularity: granularity ?? '',
    type: type ?? '',
    value_bool: typeof value === 'boolean' ? value : null,
    value_integer: typeof value === 'number' && isInteger ? value : null,
    value_float: typeof value === 'number' && !isInteger ? value : null,
    value_string: typeof value === 'string' ? value : null,
  };
};

/** How a report of metrics becomes rows. */
export const metricsRows = (report: Metrics): RowsByTable<typeof metricsTables> => {
  const rowsOf = <About>(dimension: Metrics['dimension'], aboutOf: (value: MetricValue) => About) =>
    (report.dimension === dimension ? report.metric_values : []).map((value, metric_index) => ({
      metric_index,
      ...aboutOf(value),
      key: value.key,
      ...valueColumns(value),
    }));
  return {
    sonarqube_metrics_reports: [
      {
        message_uuid: report.message_uuid ?? '',
        dimension: report.dimension,
        metrics_count: report.metric_values.length,
      },
    ],
    sonarqube_installation_metrics: rowsOf('installation', ({ project_uuid, fix_suggestion_uuid }) => ({
      project_uuid: project_uuid ?? '',
      fix_suggestion_uuid: fix_suggestion_uuid ?? '',
    })),
    sonarqube_user_metrics: rowsOf('user', ({ user_uuid }) => ({ user_uuid: user_uuid ?? '' })),
    sonarqube_project_metrics: rowsOf('project', ({ project_uuid }) => ({ project_uuid: project_uuid ?? '' })),
    sonarqube_language_metrics: rowsOf('language', ({ language }) => ({ language: language ?? '' })),
    sonarqube_analysis_metrics: rowsOf('analysis', ({ project_uuid, analysis_type }) => ({
      project_uuid: project_uuid ?? '',
      analysis_type: analysis_type ?? '',
    })),
  };
};
