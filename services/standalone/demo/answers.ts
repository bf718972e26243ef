/** A question that the demonstration answers. */
export interface Answer {
  readonly title: string;
  readonly sql: string;
}

/** The five questions. Each query works on a pipeline with real reports as it stands. */
export const ANSWERS: readonly Answer[] = [
  {
    title: 'Active installations per product and week (the period begins and ends within a week)',
    sql: `
SELECT
    toMonday(received_at) AS week,
    uniqExactIf(installation_id, product = 'sonarqube') AS sonarqube,
    uniqExactIf(installation_id, product = 'dependency-track') AS dependency_track,
    uniqExactIf(installation_id, product = 'hasura') AS hasura,
    uniqExactIf(installation_id, product = 'emqx') AS emqx,
    uniqExactIf(installation_id, product = 'cloudquery') AS cloudquery,
    uniqExact(product, installation_id) AS all_products
FROM
(
    SELECT product, installation_id, received_at FROM sonarqube_reports
    UNION ALL
    SELECT product, installation_id, received_at FROM dependency_track_reports
    UNION ALL
    SELECT product, installation_id, received_at FROM hasura_server_reports
    UNION ALL
    SELECT product, installation_id, received_at FROM hasura_enterprise_reports
    UNION ALL
    SELECT product, installation_id, received_at FROM hasura_cli_events
    UNION ALL
    SELECT product, installation_id, received_at FROM emqx_reports
    UNION ALL
    SELECT product, installation_id, received_at FROM cloudquery_operations
)
WHERE installation_id != ''
GROUP BY week
ORDER BY week`,
  },
  {
    title: 'SonarQube: adoption by version (latest report of each installation)',
    sql: `
SELECT
    latest_version AS version,
    count() AS installations,
    round(100 * installations / sum(installations) OVER (), 1) AS percent,
    bar(percent, 0, 40, 24) AS share
FROM
(
    SELECT argMax(version, received_at) AS latest_version, argMax(version_parts, received_at) AS parts
    FROM sonarqube_reports
    GROUP BY installation_id
)
GROUP BY version, parts
ORDER BY parts DESC`,
  },
  {
    title: 'Dependency-Track: databases behind it (latest report of each installation)',
    sql: `
SELECT
    latest.1 AS database,
    latest.2[1] AS major_version,
    count() AS installations,
    round(100 * installations / sum(installations) OVER (), 1) AS percent
FROM
(
    SELECT argMax((db_type, db_version_parts), received_at) AS latest
    FROM dependency_track_reports
    GROUP BY installation_id
)
GROUP BY database, major_version
ORDER BY installations DESC, database, major_version`,
  },
  {
    title: 'SonarQube: languages by lines of code (latest report of each installation)',
    sql: `
SELECT
    language,
    sum(lines_of_code) AS lines,
    round(100 * lines / sum(lines) OVER (), 1) AS percent,
    uniqExact(installation_id, project_uuid) AS projects,
    round(median(lines_of_code)) AS median_lines
FROM sonarqube_projects
WHERE event_id IN (SELECT argMax(event_id, received_at) FROM sonarqube_reports GROUP BY installation_id)
GROUP BY language
ORDER BY lines DESC`,
  },
  {
    title: 'Hasura: permission rules per table (last day of each server)',
    sql: `
SELECT
    db_kind,
    count() AS sources,
    sum(tables) AS tracked_tables,
    sum(permissions_select + permissions_insert + permissions_update + permissions_delete) AS rules,
    round(rules / tracked_tables, 2) AS rules_per_table,
    round(sum(permissions_select) / tracked_tables, 2) AS select_rules_per_table,
    median(roles) AS median_roles
FROM hasura_server_reports
WHERE format = 'v2' AND (installation_id, toDate(received_at)) IN
    (SELECT installation_id, toDate(max(received_at)) FROM hasura_server_reports GROUP BY installation_id)
GROUP BY db_kind
ORDER BY sources DESC, db_kind`,
  },
];
