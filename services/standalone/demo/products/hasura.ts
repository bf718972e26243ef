import type { ClientRequest, ReportsOfDay, Simulate } from '../installation.ts';
import { DAY_MS } from '../installation.ts';
import { Random } from '../random.ts';
import { type Release, versionAt } from '../releases.ts';
import { consoleEvents, enterpriseFeatures, enterpriseReport } from './hasura/beside.ts';
import { createCounters } from './hasura/counters.ts';
import { growthOf, type Source, sourceMetrics, sourcesOf } from './hasura/sources.ts';

const RELEASES: readonly Release[] = [
  { version: 'v2.36.9', ageDays: 800 },
  { version: 'v2.40.2', ageDays: 520 },
  { version: 'v2.44.0', ageDays: 310 },
  { version: 'v2.45.3', ageDays: 200 },
  { version: 'v2.48.0', ageDays: 80 },
  { version: 'v2.48.5', ageDays: 14 },
];

const SERVER_SHARE = 0.72;

/** Shares of the servers that have a licence, and whose console somebody uses. */
const ENTERPRISE_SHARE = 0.15;
const CONSOLE_SHARE = 0.4;

/** The browser of a console. */
const BROWSER = 'Mozilla/5.0 (X11; Linux x86_64; rv:144.0) Gecko/20100101 Firefox/144.0';

/** Vendors of continuous integration that servers run under; most run under none. */
const CI = [
  [null, 95],
  ['GITHUB_ACTIONS', 3],
  ['GITLAB', 2],
] as const;

const COMMANDS = [
  ['hasura metadata apply', 30],
  ['hasura migrate apply', 25],
  ['hasura console', 22],
  ['hasura migrate create', 9],
  ['hasura metadata export', 7],
  ['hasura metadata diff', 4],
  ['hasura init', 3],
] as const;

const PLATFORMS = [
  [{ os_platform: 'darwin', os_arch: 'arm64' }, 45],
  [{ os_platform: 'linux', os_arch: 'amd64' }, 42],
  [{ os_platform: 'windows', os_arch: 'amd64' }, 13],
] as const;

/** Mean number of commands that a developer runs on a workday. */
const COMMANDS_MEAN = 1.4;
const MAX_COMMANDS_OF_DAY = 15;

/** Time between the requests of one report, in ms: one follows the other. */
const REQUEST_GAP_MS = 120;

const request = (receivedAtMs: number, agent: string, document: unknown): ClientRequest => ({
  receivedAtMs,
  path: '/v1/http',
  headers: { 'content-type': 'application/json', 'user-agent': agent },
  document,
});

/** A server: each day its resources, which carry no id, then one report per data source; and what stands beside it. */
const simulateServer: Simulate = (random, installation, period) => {
  const metadata_db_uid = random.uuid();
  const sources = sourcesOf(random);
  const growth = growthOf(random);
  const ci = random.weighted(CI);
  // A sequence of its own: the server's reports stay as they are whatever stands beside it.
  const beside = new Random(installation.reportsAtMs);
  const license = beside.chance(ENTERPRISE_SHARE) ? beside.uuid() : undefined;
  const features = enterpriseFeatures(beside);
  const hasConsole = beside.chance(CONSOLE_SHARE);
  const counters = createCounters(random);
  const cores = random.pick([1, 2, 2, 4, 8]);
  const server_metrics = {
    resource_cpu: cores * 1024,
    resource_memory: cores * 2_147_483_648,
    resource_checker_error_code: null,
  };
  return ({ startMs, isWorkday }) => {
    const firstMs = startMs + Math.min(installation.reportsAtMs, DAY_MS - 60_000);
    const hasura_version = versionAt(RELEASES, installation, period, firstMs);
    const size = growth((firstMs - installation.installedAtMs) / DAY_MS);
    const { instance_uid, service_timings } = counters(firstMs, hasura_version, isWorkday);
    const report = (source: Source) => ({
      topic: 'server_metrics_v2',
      data: {
        metadata_db_uid,
        instance_uid,
        hasura_version,
        ci,
        source_metadata: { db_uid: source.isDefault ? metadata_db_uid : null, ...source.database },
        experimental_features: [],
        metrics: { ...sourceMetrics(source, size), service_timings: source.isDefault ? service_timings : null },
      },
    });
    const agent = `hasura-graphql-engine/${hasura_version}`;
    const server = { metadata_db_uid, instance_uid, hasura_version };
    const licensed = license === undefined ? [] : [enterpriseReport(beside, license, server, features)];
    const own = [{ server_metrics }, ...sources.map(report), ...licensed].map((document, index) =>
      request(firstMs + index * REQUEST_GAP_MS, agent, document),
    );
    const clicks = hasConsole && isWorkday ? consoleEvents(beside, server) : [];
    const ofConsole = clicks.map((document) => request(startMs + beside.integer(0, DAY_MS - 1), BROWSER, document));
    return [...own, ...ofConsole];
  };
};

/** A developer's command line: one report per command, when it ends. */
const simulateCommandLine: Simulate = (random, installation, period): ReportsOfDay => {
  const uuid = random.uuid();
  const server_uuid = random.uuid();
  const platform = random.weighted(PLATFORMS);
  return ({ startMs, isWorkday }) => {
    const commands = isWorkday ? Math.min(Math.round(random.wait(COMMANDS_MEAN)), MAX_COMMANDS_OF_DAY) : 0;
    return Array.from({ length: commands }, () => {
      const receivedAtMs = startMs + random.integer(0, DAY_MS - 1);
      const version = versionAt(RELEASES, installation, period, receivedAtMs);
      const command = random.weighted(COMMANDS);
      const isWithServer = command !== 'hasura init';
      const data = {
        command,
        error: null,
        execution_id: random.uuid(),
        is_error: random.chance(0.08),
        ...platform,
        payload: null,
        server_uuid: isWithServer ? server_uuid : '',
        server_version: isWithServer ? version : '',
        uuid,
        version,
      };
      return request(receivedAtMs, 'Go-http-client/1.1', { data, topic: 'cli' });
    });
  };
};

/** A Hasura installation: a server or a command line. */
export const simulateHasura: Simulate = (random, installation, period) =>
  (random.chance(SERVER_SHARE) ? simulateServer : simulateCommandLine)(random, installation, period);
