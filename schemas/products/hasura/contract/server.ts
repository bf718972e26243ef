import { z } from 'zod';
import {
  count,
  dateTime,
  decimal,
  freeText,
  identifier,
  installationId,
  integer,
  list,
  version,
  word,
} from '../../../pack/field.ts';
import { dayOf, digestOf } from '../../../pack/identity.ts';
import { topic } from '../topic.ts';

/** Most timings of one report: over ten times the combinations of query type, locality, transport and bucket. */
const MAX_TIMINGS = 1_000;

const timing = z.object({
  dimensions: z
    .object({
      query_type: word('usage', 'Share of queries and mutations').nullish(),
      locality: word('usage', 'Where requests are answered: locally, by remote schemas or both').nullish(),
      transport: word('usage', 'Share of HTTP and WebSocket').nullish(),
      cache_hit: word('usage', 'Benefit of the plan cache in versions that had one').nullish(),
    })
    .nullish(),
  bucket: decimal('usage', 'Distribution of response times').nullish(),
  metrics: z
    .object({
      time_io: decimal('usage', 'Time spent waiting for databases').nullish(),
      time_tot: decimal('usage', 'Time spent on requests').nullish(),
      count: count('Load of servers').nullish(),
    })
    .nullish(),
});

const serviceTimings = z.object({
  collectionTag: integer('time', 'Start of the counters: samples with equal starts replace each other').nullish(),
  serviceTimingMetrics: list(timing).max(MAX_TIMINGS).nullish(),
});

const byParameters = (feature: string) =>
  z.object({
    with_parameters: count(`Use of ${feature} with parameters`).nullish(),
    without_parameters: count(`Use of ${feature} without parameters`).nullish(),
  });

const metrics = z.object({
  tables: count('Size of tracked schemas').nullish(),
  views: count('Use of views').nullish(),
  enum_tables: count('Use of enum tables').nullish(),
  event_triggers: count('Use of event triggers').nullish(),
  functions: count('Use of custom SQL functions').nullish(),
  relationships: z
    .object({
      manual: count('Use of relationships without foreign keys').nullish(),
      auto: count('Use of relationships from foreign keys').nullish(),
    })
    .nullish(),
  permissions: z
    .object({
      select: count('Use of select permissions').nullish(),
      insert: count('Use of insert permissions').nullish(),
      update: count('Use of update permissions').nullish(),
      delete: count('Use of delete permissions').nullish(),
      roles: count('Number of roles that authorization must bear').nullish(),
    })
    .nullish(),
  remote_schemas: count('Use of remote schemas').nullish(),
  service_timings: serviceTimings.nullish(),
  actions: z
    .object({
      synchronous: count('Use of synchronous actions').nullish(),
      asynchronous: count('Use of asynchronous actions').nullish(),
      query_actions: count('Use of query actions').nullish(),
      type_relationships: count('Use of relationships of custom types').nullish(),
      custom_types: count('Use of custom types').nullish(),
    })
    .nullish(),
  pg_version: integer('configuration', 'Which PostgreSQL versions must be supported').nullish(),
  native_queries: byParameters('native queries').nullish(),
  stored_procedures: byParameters('stored procedures').nullish(),
  logical_models: z.object({ count: count('Use of logical models').nullish() }).nullish(),
});

const sourceMetadata = z.object({
  db_uid: identifier('Counting a metadata database once that is also a source').nullish(),
  backend_type: word('configuration', 'Which kinds of databases are used').nullish(),
  // Data connectors go by the name that their author chose.
  db_kind: freeText('Which databases and data connectors are used').nullish(),
  db_version: freeText('Which database versions must be supported').nullish(),
});

const serverMetrics = z.object({
  resource_cpu: count('Processors that servers run on').nullish(),
  // Not a count: a control group without a limit reports nearly 2^63.
  resource_memory: decimal('configuration', 'Memory that servers run with').nullish(),
  resource_checker_error_code: freeText('Platforms where resources cannot be told').nullish(),
});

/**
 * What a server sends once a day: until mid-2022 one report (v1: `db_uid`, `version`), then one per data source (v2:
 * `metadata_db_uid`, `hasura_version`). Since 2.27 also its resources, in a document of their own that carries no id.
 */
export const serverReport = z
  .object({
    topic,
    id: integer('identifier', 'Row number in the samples of the documentation').nullish(),
    timestamp: dateTime('Time of receipt in the samples of the documentation').nullish(),
    db_uid: installationId('Correlates the reports of one metadata database over time').nullish(),
    metadata_db_uid: installationId('Correlates the reports of one metadata database over time').nullish(),
    instance_uid: identifier('Telling instances of one deployment apart').nullish(),
    version: version('Adoption of releases').nullish(),
    hasura_version: version('Adoption of releases').nullish(),
    ci: word('configuration', 'Keeping runs of continuous integration out of other figures').nullish(),
    source_metadata: sourceMetadata.nullish(),
    experimental_features: list(word('configuration', 'Adoption of experimental features')).nullish(),
    metrics: metrics.nullish(),
    server_metrics: serverMetrics.nullish(),
  })
  .refine((report) => report.metadata_db_uid ?? report.db_uid ?? report.server_metrics, { path: ['metadata_db_uid'] });

/** A report of a server, cleaned. */
export type ServerReport = z.output<typeof serverReport>;

/**
 * A server repeats nothing itself, so a repetition on the way is the same to the byte. Of all that one instance sends on one
 * day, only a report about the whole server (v1) and the one of its default source, which alone has a `db_uid`, differ from all
 * others by right: two more sources of equal size give equal reports, and resources name no instance.
 */
export const serverIdentity = (report: ServerReport, receivedAtMs: number): string | null => {
  const isOneOfItsKind = report.db_uid != null || report.source_metadata?.db_uid != null;
  return report.instance_uid && isOneOfItsKind
    ? `${report.instance_uid}:${dayOf(receivedAtMs)}:${digestOf(report)}`
    : null;
};

/** The counters of a server, cleaned. */
export type ServiceTimings = z.output<typeof serviceTimings>;
