import type { Simulate } from '../installation.ts';
import { type Release, versionAt } from '../releases.ts';

const RELEASES: readonly Release[] = [
  { version: '4.13.0', ageDays: 590 },
  { version: '4.13.2', ageDays: 430 },
  { version: '4.13.4', ageDays: 250 },
  { version: '4.13.6', ageDays: 110 },
  { version: '4.14.0', ageDays: 18 },
];

/** Databases as JDBC names them, with versions that are out there. */
const DATABASES = [
  [{ db_type: 'PostgreSQL', db_version: '13.22' }, 7],
  [{ db_type: 'PostgreSQL', db_version: '14.19 (Ubuntu 14.19-0ubuntu0.22.04.1)' }, 11],
  [{ db_type: 'PostgreSQL', db_version: '15.14 (Debian 15.14-1.pgdg12+1)' }, 18],
  [{ db_type: 'PostgreSQL', db_version: '16.10' }, 22],
  [{ db_type: 'PostgreSQL', db_version: '17.6 (Debian 17.6-1.pgdg13+1)' }, 16],
  [{ db_type: 'H2', db_version: '2.3.232 (2024-08-11)' }, 14],
  [{ db_type: 'Microsoft SQL Server', db_version: '15.00.4430' }, 5],
  [{ db_type: 'Microsoft SQL Server', db_version: '16.00.4205' }, 7],
] as const;

/** A Dependency-Track system: one report a day. */
export const simulateDependencyTrack: Simulate = (random, installation, period) => {
  const system_id = random.uuid();
  const database = random.weighted(DATABASES);
  return ({ startMs }) => {
    const receivedAtMs = startMs + installation.reportsAtMs;
    const dt_version = versionAt(RELEASES, installation, period, receivedAtMs);
    return [
      {
        receivedAtMs,
        path: '/',
        headers: {
          host: 'metrics.dependencytrack.org',
          'content-type': 'application/json',
          'user-agent': `Dependency-Track v${dt_version} (amd64; Linux; 6.1) ManagedHttpClient/${system_id}`,
        },
        document: { system_id, dt_version, ...database },
      },
    ];
  };
};
