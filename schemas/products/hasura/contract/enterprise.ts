import { z } from 'zod';
import {
  count,
  decimal,
  flag,
  freeText,
  identifier,
  installationId,
  list,
  version,
  word,
} from '../../../pack/field.ts';
import { digestOf } from '../../../pack/identity.ts';
import { topic } from '../topic.ts';

/** Most labelled metrics of one report and most labels of one value: many times what the largest server has. */
const MAX_METRICS = 2_000;
const MAX_LABELS = 64;

/** The flags and counts of the whole server, and those of one data source: two shapes without a name in common. */
const settings = z
  .object({
    api_limits_enabled: flag('configuration', 'Use of API limits').nullish(),
    api_limits_roles_with_limits: count('Use of API limits by role').nullish(),
    api_limits_rate_limits: count('Use of rate limits').nullish(),
    api_limits_depth_limits: count('Use of depth limits').nullish(),
    api_limits_node_limits: count('Use of node limits').nullish(),
    api_limits_time_limits: count('Use of time limits').nullish(),
    api_limits_batch_limits: count('Use of batch limits').nullish(),
    prometheus_endpoint_enabled: flag('configuration', 'Use of the Prometheus endpoint').nullish(),
    prometheus_secret_enabled: flag('configuration', 'How Prometheus endpoints are protected').nullish(),
    otel_enabled: flag('configuration', 'Use of OpenTelemetry').nullish(),
    otel_traces_enabled: flag('configuration', 'Use of OpenTelemetry traces').nullish(),
    allow_list_roles: count('Use of allow lists by role').nullish(),
    logs_http_response_log_enabled: flag('configuration', 'Use of HTTP response logs').nullish(),
    logs_api_limit_log_enabled: flag('configuration', 'Use of API limit logs').nullish(),
    logs_live_query_poller_log_enabled: flag('configuration', 'Use of live query poller logs').nullish(),
    logs_caching_log_enabled: flag('configuration', 'Use of caching logs').nullish(),
    logs_tracing_log_enabled: flag('configuration', 'Use of tracing logs').nullish(),
    logs_metrics_log_enabled: flag('configuration', 'Use of metrics logs').nullish(),
    logs_health_check_log_enabled: flag('configuration', 'Use of health check logs').nullish(),
    rate_limiting_enabled: flag('configuration', 'Use of rate limiting').nullish(),
    caching_enabled: flag('configuration', 'Use of response caching').nullish(),
    remote_schemas: count('Use of remote schemas').nullish(),
    actions_synchronous: count('Use of synchronous actions').nullish(),
    actions_asynchronous: count('Use of asynchronous actions').nullish(),
    actions_query: count('Use of query actions').nullish(),
    actions_type_relationships: count('Use of relationships of custom types').nullish(),
    actions_custom_types: count('Use of custom types').nullish(),
    resource_cpu: count('Processors that servers run on').nullish(),
    // Not a count: a control group without a limit reports nearly 2^63.
    resource_memory: decimal('configuration', 'Memory that servers run with').nullish(),
    resource_checker_error_code: freeText('Platforms where resources cannot be told').nullish(),
    jwt_secrets_configured: count('Use of several JWT secrets').nullish(),
    admin_secrets_configured: count('Use of several admin secrets').nullish(),
    backend_type: word('configuration', 'Which kinds of databases are used').nullish(),
    read_replicas: count('Use of read replicas').nullish(),
    health_check_enabled: flag('configuration', 'Use of health checks of sources').nullish(),
    tables: count('Size of tracked schemas').nullish(),
    views: count('Use of views').nullish(),
    enum_tables: count('Use of enum tables').nullish(),
    relationships_manual: count('Use of relationships without foreign keys').nullish(),
    relationships_auto: count('Use of relationships from foreign keys').nullish(),
    permissions_select: count('Use of select permissions').nullish(),
    permissions_insert: count('Use of insert permissions').nullish(),
    permissions_update: count('Use of update permissions').nullish(),
    permissions_delete: count('Use of delete permissions').nullish(),
    permissions_roles: count('Number of roles that authorization must bear').nullish(),
    event_triggers: count('Use of event triggers').nullish(),
    functions: count('Use of custom SQL functions').nullish(),
    native_queries: count('Use of native queries').nullish(),
    query_tags_enabled: flag('configuration', 'Use of query tags').nullish(),
    connection_templates_enabled: flag('configuration', 'Use of connection templates').nullish(),
  })
  // Without this, labelled metrics that break a rule would pass as settings of which none is known.
  .refine((known) => Object.keys(known).length > 0);

const metricName = word('usage', 'Which metric a value belongs to')
  .max(128)
  .regex(/^hasura_[a-z0-9_]+$/);

const labelName = word('usage', 'Which label of a metric a text belongs to')
  .max(64)
  .regex(/^[a-z_][a-z0-9_]*$/);

/** One value of a metric: the number is called `value`, its labels stand beside it. */
const sample = z
  .record(
    labelName,
    z.union([
      decimal('usage', 'Load and health of servers as their metrics show it'),
      // Names of sources and roles are their users' choice.
      freeText('Telling the values of one metric apart'),
    ]),
  )
  .refine((fields) => typeof fields.value === 'number' && Object.keys(fields).length <= MAX_LABELS + 1);

const labelledMetrics = z
  .record(metricName, list(sample))
  .refine((byName) => Object.keys(byName).length <= MAX_METRICS);

/** What an Enterprise Edition server sends: `metrics` are settings of the server, those of a source, or labelled metrics. */
export const enterpriseReport = z.object({
  topic,
  license_jti: identifier('Counting installations by licence').nullish(),
  client_id: identifier('Telling the clients of one licence apart').nullish(),
  metadata_db_uid: installationId('Correlates the reports of one metadata database over time'),
  instance_uid: identifier('Telling instances of one deployment apart').nullish(),
  sample_uid: identifier('Joining the reports of one sampling').nullish(),
  hasura_version: version('Adoption of releases').nullish(),
  metrics: z.union([settings, labelledMetrics]).nullish(),
});

/** A report of an Enterprise Edition server, cleaned. */
export type EnterpriseReport = z.output<typeof enterpriseReport>;

/** Labelled metrics, cleaned: the values of each by its name. */
export type LabelledMetrics = z.output<typeof labelledMetrics>;

/** A sampling has one report for the server's settings and one for its labelled metrics; those of equal sources are equal. */
export const enterpriseIdentity = (report: EnterpriseReport): string | null => {
  const isOfSource = report.metrics != null && Object.hasOwn(report.metrics, 'backend_type');
  return report.sample_uid && !isOfSource ? `${report.sample_uid}:${digestOf(report)}` : null;
};
