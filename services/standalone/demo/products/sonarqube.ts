import { type ClientRequest, DAY_MS, type Simulate } from '../installation.ts';
import { Random } from '../random.ts';
import { versionAt } from '../releases.ts';
import { reportDocument } from './sonarqube/document.ts';
import { ADDED_PLUGINS, BUILT_IN_PLUGINS, DATABASES, EDITIONS, HOSTS } from './sonarqube/ecosystem.ts';
import { estateOf } from './sonarqube/estate.ts';
import { metricsDocuments } from './sonarqube/metrics.ts';

/** Share of days on which a server is down or behind a wall at the time of its report. */
const SILENT_SHARE = 0.03;

/** Eight characters of the database, a dash and twenty of a time-ordered id: `147B411E-AaH6vsPJ0Uo4X_dadFza`. */
const serverId = (random: Random): string =>
  `${random.hex(8).toUpperCase()}-${Buffer.from(random.hex(30), 'hex').toString('base64url')}`;

/** Time between the requests of a day, in ms: one follows the other. */
const REQUEST_GAP_MS = 150;

/** What a server sends is compressed and in chunks. */
const requestOf = (receivedAtMs: number, path: string, version: string, document: object): ClientRequest => ({
  receivedAtMs,
  path,
  headers: {
    'content-type': 'application/json; charset=utf-8',
    'content-encoding': 'gzip',
    'transfer-encoding': 'chunked',
    'user-agent': `SonarQube/${version}`,
  },
  document,
});

/** A SonarQube server: one report a day, and since 10.7 its metrics once a week. */
export const simulateSonarQube: Simulate = (random, installation, period) => {
  const { edition, releases } = random.weighted(EDITIONS);
  const qualityProfiles = new Map<string, string>();
  const identity = {
    id: serverId(random),
    edition,
    database: random.weighted(DATABASES),
    plugins: [...BUILT_IN_PLUGINS, ...random.some(ADDED_PLUGINS, 0.18)],
    host: random.weighted(HOSTS),
    installedAtMs: installation.installedAtMs,
    installationVersion: versionAt(releases, installation, period, installation.installedAtMs),
    ncdId: random.integer(-2_147_483_648, 2_147_483_647),
    qualityGate: random.uuid(),
    qualityProfiles,
  };
  const estate = estateOf(random, qualityProfiles);
  // A sequence of its own: the reports stay as they are whatever the metrics need.
  const ofMetrics = new Random(identity.ncdId >>> 0);
  return ({ startMs }) => {
    const atMs = startMs + installation.reportsAtMs;
    if (random.chance(SILENT_SHARE)) return [];
    const version = versionAt(releases, installation, period, atMs);
    const moment = { atMs, version };
    const report = requestOf(atMs, '/sonarqube', version, reportDocument(random, identity, estate, moment));
    const metrics = metricsDocuments(ofMetrics, identity, estate, moment).map((document, index) =>
      requestOf(
        Math.min(atMs + (index + 1) * REQUEST_GAP_MS, startMs + DAY_MS - 1),
        '/sonarqube/metrics',
        version,
        document,
      ),
    );
    return [report, ...metrics];
  };
};
