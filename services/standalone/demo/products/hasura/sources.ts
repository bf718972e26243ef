import type { Random } from '../../random.ts';

/** A data source of a server as its reports name it, and what is tracked of it when the server is young. */
export interface Source {
  readonly isDefault: boolean;
  readonly database: { readonly backend_type: string; readonly db_kind: string; readonly db_version: string | null };
  readonly tables: number;
  readonly roles: number;
  /** Rules per table: of all tables and roles, the part that each kind of permission covers. */
  readonly coverage: {
    readonly select: number;
    readonly insert: number;
    readonly update: number;
    readonly delete: number;
  };
}

const postgres = (db_version: string) => ({ backend_type: 'postgres', db_kind: 'postgres', db_version });

const DEFAULT_DATABASES = [
  [postgres('130016'), 12],
  [postgres('140013'), 22],
  [postgres('150008'), 34],
  [postgres('160004'), 32],
] as const;

const FURTHER_DATABASES = [
  [{ backend_type: 'mssql', db_kind: 'mssql', db_version: '16.0.4165.4' }, 35],
  [{ backend_type: 'bigquery', db_kind: 'bigquery', db_version: null }, 20],
  [{ backend_type: 'citus', db_kind: 'citus', db_version: '150008' }, 15],
  [{ backend_type: 'dataconnector', db_kind: 'snowflake', db_version: null }, 15],
  [{ backend_type: 'dataconnector', db_kind: 'mysql8', db_version: null }, 15],
] as const;

const FURTHER_SOURCE_SHARE = 0.25;

const MEDIAN_TABLES = 28;

const sourceOf = (random: Random, isDefault: boolean): Source => {
  const select = 0.35 + 0.5 * random.next();
  return {
    isDefault,
    database: isDefault ? random.weighted(DEFAULT_DATABASES) : random.weighted(FURTHER_DATABASES),
    tables: Math.max(1, random.size(isDefault ? MEDIAN_TABLES : MEDIAN_TABLES / 2, 0.9)),
    roles: 1 + Math.round(random.wait(3)),
    coverage: { select, insert: select * 0.5, update: select * 0.48, delete: select * 0.25 },
  };
};

/** The data sources of a server: PostgreSQL first, then some others. */
export const sourcesOf = (random: Random): readonly Source[] => [
  sourceOf(random, true),
  ...(random.chance(FURTHER_SOURCE_SHARE) ? [sourceOf(random, false)] : []),
];

/** How a schema grows: its size against that of the first day, by the days since then. */
export const growthOf = (random: Random): ((ageDays: number) => number) => {
  const perDay = random.wait(0.0008);
  return (ageDays) => 1 + perDay * ageDays;
};

/** What a report counts of a source at `size` times its first size. */
export const sourceMetrics = ({ tables, roles, coverage, isDefault }: Source, size: number) => {
  const tracked = Math.round(tables * size);
  const rules = (share: number): number => Math.round(tracked * roles * share);
  return {
    tables: tracked,
    views: Math.round(tracked / 9),
    enum_tables: Math.round(tracked / 20),
    event_triggers: Math.round(tracked / 12),
    functions: Math.round(tracked / 15),
    relationships: { manual: Math.round(tracked / 6), auto: Math.round(tracked * 1.6) },
    permissions: {
      select: rules(coverage.select),
      insert: rules(coverage.insert),
      update: rules(coverage.update),
      delete: rules(coverage.delete),
      roles,
    },
    remote_schemas: isDefault ? Math.round(tracked / 60) : null,
    actions: {
      synchronous: Math.round(tracked / 10),
      asynchronous: 0,
      query_actions: Math.round(tracked / 25),
      type_relationships: Math.round(tracked / 50),
      custom_types: Math.round(tracked / 5),
    },
    native_queries: { with_parameters: Math.round(tracked / 40), without_parameters: 0 },
    stored_procedures: { with_parameters: 0, without_parameters: 0 },
    logical_models: { count: Math.round(tracked / 30) },
  };
};
