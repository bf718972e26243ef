import { versionParts } from '../../../../schemas/pack/derive.ts';
import { type ClientRequest, DAY_MS, type Simulate } from '../installation.ts';
import type { Random } from '../random.ts';
import { type Release, versionAt } from '../releases.ts';
import { batchOf } from './cloudquery/batch.ts';
import type { Operation } from './cloudquery/operation.ts';
import { tracesOf } from './cloudquery/traces.ts';

const RELEASES: readonly Release[] = [
  { version: '0.20.3', ageDays: 500 },
  { version: '0.21.7', ageDays: 210 },
  { version: '0.22.10', ageDays: 75 },
  { version: '0.26.1', ageDays: 12 },
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
  [{ osType: 'darwin', osDescription: 'macOS 12.3.1', platform: 'darwin/arm64' }, 55],
  [{ osType: 'linux', osDescription: 'Ubuntu 20.04.4 LTS', platform: 'linux/amd64' }, 35],
  [{ osType: 'windows', osDescription: 'Windows 10 Pro', platform: 'windows/amd64' }, 10],
] as const;

const CI_SYSTEM = { osType: 'linux', osDescription: 'Alpine Linux v3.15', platform: 'linux/amd64' } as const;

/** Runs of a CI pipeline and of a person on a workday: few pipelines make most of the operations. */
const CI_RUNS = { share: 0.45, median: 5, spread: 0.6 };
const PERSON_RUNS_MEAN = 0.6;
const WEEKEND_ACTIVITY = 0.25;
const MAX_RUNS_OF_DAY = 40;

const fetched = (random: Random, resources: number, success: boolean) => ({
  resources: Math.round(random.size(resources, 0.5)),
  warnings: Math.round(random.wait(3)),
  errors: success ? 0 : random.integer(1, 3),
});

/** The first release that sends batches in RudderStack's form: 0.23. */
const FIRST_WITH_BATCHES = 23;

/** What the binary sends at the end of an operation. */
const requestOf = (operation: Operation, receivedAtMs: number): ClientRequest => {
  const [, minor = 0] = versionParts(operation.version);
  return minor < FIRST_WITH_BATCHES
    ? {
        receivedAtMs,
        path: '/v1/traces',
        headers: { 'content-type': 'application/x-protobuf', 'user-agent': 'Go-http-client/1.1' },
        document: tracesOf(operation),
      }
    : {
        receivedAtMs,
        path: '/v1/batch',
        headers: { 'content-type': 'application/json', 'user-agent': 'analytics-go (version: 3.3.0)' },
        document: batchOf(operation),
      };
};

/** A `cloudquery` binary in a CI pipeline or on somebody's machine: one request per operation. */
export const simulateCloudQuery: Simulate = (random, installation, period) => {
  const cookie = random.uuid();
  const ci = random.chance(CI_RUNS.share);
  const system = ci ? CI_SYSTEM : random.weighted(SYSTEMS);
  const some = PROVIDERS.filter(({ share }) => random.chance(share));
  const chosen = some.length > 0 ? some : PROVIDERS.slice(0, 1);
  const runsPerDay = ci ? random.size(CI_RUNS.median, CI_RUNS.spread) : 0;
  const runsOn = (isWorkday: boolean): number => {
    const runs = ci ? runsPerDay * (0.7 + 0.6 * random.next()) : random.wait(PERSON_RUNS_MEAN);
    return Math.min(Math.round(runs * (isWorkday ? 1 : WEEKEND_ACTIVITY)), MAX_RUNS_OF_DAY);
  };
  return ({ startMs, isWorkday }) =>
    Array.from({ length: runsOn(isWorkday) }, () => {
      const receivedAtMs = startMs + random.integer(0, DAY_MS - 1);
      const command = random.weighted(OPERATIONS);
      const success = random.chance(0.93);
      const durationMs = Math.round(random.size(command === 'fetch' ? 90_000 : 4_000, 0.8));
      const operation: Operation = {
        cookie,
        runId: random.hex(32),
        command,
        startedAtMs: receivedAtMs - durationMs,
        durationMs,
        errorClass: success ? undefined : random.weighted(ERROR_CLASSES),
        version: versionAt(RELEASES, installation, period, receivedAtMs),
        ci,
        ...system,
        providers: chosen.map(({ name, version, resources }) => ({
          name,
          version,
          ...(command === 'fetch' && { fetched: fetched(random, resources, success) }),
        })),
      };
      return requestOf(operation, receivedAtMs);
    });
};
