import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadHashAddress } from '../../services/anonymizer/address-hash.ts';
import { anonymizerEnvironment } from '../../services/anonymizer/config.ts';
import { openPlaces } from '../../services/anonymizer/place-database.ts';
import { parseEnvironment } from '../../services/runtime/environment.ts';
import { createLogger } from '../../services/runtime/logger.ts';
import { createMetrics } from '../../services/runtime/metrics.ts';
import { seal, unseal } from '../../services/runtime/sealed-address.ts';
import { EmbeddedStateStore } from '../../services/runtime/state/embedded.ts';

// `node test/load/sealing.ts`: what the address of one report costs, from the edge that seals it to the anonymizer that makes a
// place and a hash of it. Prints the table of docs/benchmarks/privacy.md.

const REPORTS = 20_000;
const RUNS = 5;

const key = randomBytes(32);
const stop = new AbortController();
const parts = { metrics: createMetrics(), logger: createLogger('silent') };
const { locate } = await openPlaces(parseEnvironment(anonymizerEnvironment, {}), parts, stop.signal);
const folder = await mkdtemp(join(tmpdir(), 'candor-sealing-'));
const state = new EmbeddedStateStore(folder);
const now = Date.now();
const hash = await loadHashAddress('hmac', state, [now]);
const clients = Array.from({ length: REPORTS }, () => ({
  eventId: randomUUID(),
  address: randomBytes(4).join('.'),
}));
const sealed = clients.map(({ eventId, address }) => seal(key, eventId, address));

/** µs of CPU per report, the median of {@link RUNS}. */
const cost = (work: (index: number) => unknown): number => {
  const costs = Array.from({ length: RUNS }, () => {
    const before = process.cpuUsage();
    for (let index = 0; index < REPORTS; index += 1) work(index);
    const { user, system } = process.cpuUsage(before);
    return (user + system) / REPORTS;
  });
  return costs.toSorted((a, b) => a - b)[Math.floor(RUNS / 2)] ?? 0;
};

const client = (index: number) => clients[index] ?? { eventId: '', address: '' };
const steps: readonly (readonly [string, number])[] = [
  ['seal', cost((index) => seal(key, client(index).eventId, client(index).address))],
  ['open', cost((index) => unseal(key, client(index).eventId, sealed[index] ?? Buffer.alloc(0)))],
  ['look up the place', cost((index) => locate(client(index).address))],
  ['hash', cost((index) => hash(client(index).address, now))],
];
const rows = [...steps, ['together', steps.reduce((sum, [, micros]) => sum + micros, 0)] as const].map(
  ([step, micros]) => `| ${step} | ${micros.toFixed(1)} |`,
);
process.stdout.write(`| step | µs of CPU per report |\n|---|---|\n${rows.join('\n')}\n`);
stop.abort();
await state.close();
await rm(folder, { recursive: true });
