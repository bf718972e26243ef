import type { Simulate } from '../installation.ts';
import type { Random } from '../random.ts';
import { versionAt } from '../releases.ts';
import { reportDocument } from './sonarqube/document.ts';
import { ADDED_PLUGINS, BUILT_IN_PLUGINS, DATABASES, EDITIONS, HOSTS } from './sonarqube/ecosystem.ts';
import { estateOf } from './sonarqube/estate.ts';

/** Share of days on which a server is down or behind a wall at the time of its report. */
const SILENT_SHARE = 0.03;

/** Eight characters of the database, a dash and twenty of a time-ordered id: `147B411E-AaH6vsPJ0Uo4X_dadFza`. */
const serverId = (random: Random): string =>
  `${random.hex(8).toUpperCase()}-${Buffer.from(random.hex(30), 'hex').toString('base64url')}`;

/** A SonarQube server: one report a day, compressed and in chunks. */
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
  return ({ startMs }) => {
    const atMs = startMs + installation.reportsAtMs;
    if (random.chance(SILENT_SHARE)) return [];
    const version = versionAt(releases, installation, period, atMs);
    return [
      {
        receivedAtMs: atMs,
        path: '/sonarqube',
        headers: {
          'content-type': 'application/json; charset=utf-8',
          'content-encoding': 'gzip',
          'transfer-encoding': 'chunked',
          'user-agent': `SonarQube/${version}`,
        },
        document: reportDocument(random, identity, estate, { atMs, version }),
      },
    ];
  };
};
