import type { Random } from '../../random.ts';

/** What of a server its console and its enterprise edition tell, too. */
export interface Server {
  readonly metadata_db_uid: string;
  readonly instance_uid: string;
  readonly hasura_version: string;
}

/** Pages of the console with what is clicked there, by how often. */
const CLICKS = [
  [{ url: '/console/data/sql', id: 'run-sql' }, 40],
  [{ url: '/console/data/manage', id: 'track-all-tables' }, 25],
  [{ url: '/console/api/api-explorer', id: 'execute-query' }, 35],
] as const;

/** Mean number of clicks on a workday, where somebody uses the console. */
const CLICKS_MEAN = 2;
const MAX_CLICKS_OF_DAY = 12;

/** What the pages of a server's console tell on a day: a document per click. */
export const consoleEvents = (random: Random, { metadata_db_uid, hasura_version }: Server): readonly object[] =>
  Array.from({ length: Math.min(Math.round(random.wait(CLICKS_MEAN)), MAX_CLICKS_OF_DAY) }, () => {
    const { url, id } = random.weighted(CLICKS);
    return {
      topic: 'console-v2',
      data: {
        server_version: hasura_version,
        url,
        console_mode: 'server',
        console_type: 'oss',
        cli_uuid: '',
        server_uuid: metadata_db_uid,
        event_type: 'CLICK_EVENT',
        event_data: { id },
      },
    };
  });

/** The features of a licensed server, which do not change from day to day. */
export const enterpriseFeatures = (random: Random) => ({
  api_limits_enabled: random.chance(0.4),
  prometheus_endpoint_enabled: random.chance(0.5),
  otel_enabled: random.chance(0.3),
  caching_enabled: random.chance(0.6),
  allow_list_roles: random.integer(0, 4),
  actions_synchronous: random.integer(0, 9),
});

/** The report of a licensed server. */
export const enterpriseReport = (
  random: Random,
  license_jti: string,
  { metadata_db_uid, instance_uid, hasura_version }: Server,
  metrics: ReturnType<typeof enterpriseFeatures>,
): object => ({
  topic: 'enterprise',
  data: {
    license_jti,
    client_id: null,
    metadata_db_uid,
    instance_uid,
    sample_uid: random.uuid(),
    hasura_version,
    metrics,
  },
});
