import { DAY_MS, type Simulate } from '../installation.ts';
import type { Random } from '../random.ts';
import { type Release, versionAt } from '../releases.ts';

const RELEASES: readonly Release[] = [
  { version: '0.20.3', ageDays: 500 },
  { version: '0.21.7', ageDays: 210 },
  { version: '0.22.8', ageDays: 75 },
  { version: '0.22.10', ageDays: 12 },
];

/** Providers: how common each is, and how many resources a fetch of it finds. */
const PROVIDERS = [
  { name: 'aws', version: 'v0.11.5', share: 0.7, resources: 9_000 },
  { name: 'gcp', version: 'v0.8.2', share: 0.3, resources: 3_000 },
  { name: 'azure', version: 'v0.9.4', share: 0.3, resources: 4_000 },
  { name: 'k8s', version: 'v0.4.1', share: 0.35, resources: 1_200 },
  { name: 'github', version: 'v0.2.0', share: 0.15, resources: 600 },
] as const;

const OPERATIONS = [
  ['fetch', 70],
  ['policy run', 16],
  ['provider sync', 6],
  ['provider upgrade', 4],
  ['init', 4],
] as const;

const ERROR_CLASSES = [
  ['auth', 35],
  ['connection', 30],
  ['database', 20],
  ['cancelled', 5],
  ['other', 10],
] as const;

const SYSTEMS = [
  [{ os_type: 'darwin', os_description: 'macOS 12.3.1', platform: 'darwin/arm64' }, 55],
  [{ os_type: 'linux', os_description: 'Ubuntu 20.04.4 LTS', platform: 'linux/amd64' }, 35],
  [{ os_type: 'windows', os_description: 'Windows 10 Pro', platform: 'windows/amd64' }, 10],
] as const;

const CI_SYSTEM = { os_type: 'linux', os_description: 'Alpine Linux v3.15', platform: 'linux/amd64' } as const;

/** Runs of a CI pipeline and of a person on a workday: few pipelines make most of the operations. */
const CI_RUNS = { share: 0.45, median: 5, spread: 0.6 };
const PERSON_RUNS_MEAN = 0.6;
const WEEKEND_ACTIVITY = 0.25;
const MAX_RUNS_OF_DAY = 40;

const fetched = (random: Random, providers: readonly (typeof PROVIDERS)[number][], success: boolean) => {
  const results = providers.map(({ name, version, resources }) => ({
    name,
    version,
    resources: Math.round(random.size(resources, 0.5)),
    warnings: Math.round(random.wait(3)),
    errors: success ? 0 : random.integer(1, 3),
  }));
  const sum = (field: 'resources' | 'warnings' | 'errors') =>
    results.reduce((total, result) => total + result[field], 0);
  return {
    providers: results,
    fetch: { resources: sum('resources'), warnings: sum('warnings'), errors: sum('errors') },
  };
};

/** A `cloudquery` binary in a CI pipeline or on somebody's machine: one document per operation. */
export const simulateCloudQuery: Simulate = (random, installation, period) => {
  const cookie = random.uuid();
  const ci = random.chance(CI_RUNS.share);
  const { platform, ...system } = ci ? CI_SYSTEM : random.weighted(SYSTEMS);
  const chosen = PROVIDERS.filter(({ share }) => random.chance(share));
  const providers = chosen.length > 0 ? chosen : PROVIDERS.slice(0, 1);
  const runsPerDay = ci ? random.size(CI_RUNS.median, CI_RUNS.spread) : 0;
  const runsOn = (isWorkday: boolean): number => {
    const runs = ci ? runsPerDay * (0.7 + 0.6 * random.next()) : random.wait(PERSON_RUNS_MEAN);
    return Math.min(Math.round(runs * (isWorkday ? 1 : WEEKEND_ACTIVITY)), MAX_RUNS_OF_DAY);
  };
  return ({ startMs, isWorkday }) =>
    Array.from({ length: runsOn(isWorkday) }, () => {
      const receivedAtMs = startMs + random.integer(0, DAY_MS - 1);
      const operation = random.weighted(OPERATIONS);
      const success = random.chance(0.93);
      const duration_ms = Math.round(random.size(operation === 'fetch' ? 90_000 : 4_000, 0.8));
      return {
        receivedAtMs,
        path: '/v1/reports/cloudquery',
        headers: { 'content-type': 'application/json', 'user-agent': 'Go-http-client/1.1' },
        document: {
          cookie,
          random_id_persisted: true,
          run_id: random.hex(32),
          operation,
          started_at: new Date(receivedAtMs - duration_ms).toISOString(),
          duration_ms,
          success,
          ...(!success && { error_class: random.weighted(ERROR_CLASSES) }),
          version: versionAt(RELEASES, installation, period, receivedAtMs),
          ci,
          terminal: !ci,
          faas: false,
          ...system,
          runtime: { name: 'go', version: 'go1.17.8', description: `go version go1.17.8 ${platform}` },
          sdk: { name: 'opentelemetry', language: 'go', version: '1.2.0' },
          ...(operation === 'fetch'
            ? fetched(random, providers, success)
            : { providers: providers.map(({ name, version }) => ({ name, version })) }),
        },
      };
    });
};
