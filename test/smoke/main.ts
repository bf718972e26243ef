import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { messageOf } from '../../services/runtime/errors.ts';
import { freshIds } from '../support/clients/send.ts';
import { compressed, OPT_OUT, optOut, REPORT } from '../support/clients/sonarqube.ts';
import { SmokeStack, type StoredReports } from './smoke-stack.ts';

// `npm run smoke`: builds the image, brings docker-compose.yml up as a project of its own beside whatever runs here (own
// names, ports, passwords and volumes), reports as the released clients do, reads the rows, restarts and scales it, and removes it.
const HELP = `Tries the image and docker-compose.yml: up, reports in, rows out, restart, two replicas of each worker, down.

  npm run smoke
  npm run smoke -- --keep   leaves the stack running, to look at it

Needs Docker with the compose plugin, and about 5 GB of free memory. A stack that runs already is not touched.
`;

/** Reports of each client in one round: enough to reach several of the partitions. */
const ROUND = 10;

/** Longest time until an acknowledged report has to be seen in its tables. */
const STORED_TIMEOUT_MS = 60_000;

/** What a restart repeats is read within seconds: a report that counted twice would show by then. */
const SETTLE_MS = 4_000;

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((listening) => server.once('listening', listening));
  const address = server.address();
  await new Promise((closed) => server.close(closed));
  return typeof address === 'object' && address !== null ? address.port : 0;
};

const isComplete = (stored: StoredReports, reports: number): boolean =>
  Object.values(stored).every((kind) => kind.reports === reports && kind.rows >= reports);

/** Waits until each client has exactly `reports` reports in the tables, with all their rows. */
const untilStored = async (stack: SmokeStack, reports: number): Promise<StoredReports> => {
  const deadline = Date.now() + STORED_TIMEOUT_MS;
  for (;;) {
    const stored = await stack.read();
    if (isComplete(stored, reports)) return stored;
    if (Date.now() > deadline) throw new Error(`expected ${reports} of each client: ${JSON.stringify(stored)}`);
    await sleep(500);
  }
};

const step = async <T>(name: string, work: () => Promise<T>): Promise<T> => {
  const startedAt = performance.now();
  process.stdout.write(`smoke: ${name} … `);
  const result = await work();
  process.stdout.write(`${((performance.now() - startedAt) / 1000).toFixed(1)} s\n`);
  return result;
};

/** Reports of each client are sent, and are there once; so are all that were sent before. */
const sendAndRead = async (stack: SmokeStack, reportsBefore: number): Promise<StoredReports> => {
  await step(`${ROUND} reports of each released client are accepted`, () => stack.send(ROUND));
  return step(`${reportsBefore + ROUND} of each are stored`, () => untilStored(stack, reportsBefore + ROUND));
};

const staysAsItIs = async (stack: SmokeStack, before: StoredReports): Promise<void> => {
  await sleep(SETTLE_MS);
  const after = await stack.read();
  if (JSON.stringify(after) === JSON.stringify(before)) return;
  throw new Error(`the tables have changed from ${JSON.stringify(before)} to ${JSON.stringify(after)}`);
};

/** Waits until an installation of SonarQube has so many reports in the tables. */
const untilReports = async (stack: SmokeStack, id: string, reports: number): Promise<void> => {
  const deadline = Date.now() + STORED_TIMEOUT_MS;
  const sql = `SELECT toUInt32(count()) AS reports FROM sonarqube_reports WHERE installation_id = '${id}'`;
  for (;;) {
    const [found] = await stack.ask<{ reports: number }>(sql);
    if (found?.reports === reports) return;
    if (Date.now() > deadline) throw new Error(`expected ${reports} reports of the server: ${JSON.stringify(found)}`);
    await sleep(500);
  }
};

const optsOut = async (stack: SmokeStack): Promise<void> => {
  const vary = freshIds();
  const { id } = JSON.parse(vary(OPT_OUT)) as { id: string };
  await stack.post(compressed('/sonarqube', vary(REPORT)));
  await untilReports(stack, id, 1);
  await stack.post(optOut(vary(OPT_OUT)));
  await untilReports(stack, id, 0);
};

const tryStack = async (stack: SmokeStack): Promise<void> => {
  await step('image built, stack up and healthy', () => stack.compose('up', '--detach', '--build', '--wait'));
  const first = await sendAndRead(stack, 0);
  await step('up once more changes nothing', () => stack.compose('up', '--detach', '--wait'));
  await step('stopped and started', async () => {
    await stack.compose('stop');
    await stack.expectCleanStop();
    await stack.compose('up', '--detach', '--wait');
  });
  await step('still exactly as many', () => staysAsItIs(stack, first));
  const replicas = ['anonymizer', 'enricher', 'sink'].flatMap((service) => ['--scale', `${service}=2`]);
  await step('two of each worker', () => stack.compose('up', '--detach', '--wait', ...replicas));
  const second = await sendAndRead(stack, ROUND);
  await step('still exactly as many', () => staysAsItIs(stack, second));
  await step('a server opts out, and its rows are gone', () => optsOut(stack));
};

const run = async (): Promise<void> => {
  const { values } = parseArgs({ options: { keep: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } } });
  if (values.help) {
    process.stdout.write(HELP);
    return;
  }
  const folder = await mkdtemp(join(tmpdir(), 'candor-smoke-'));
  const interrupted = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => interrupted.abort(new Error(`interrupted by ${signal}`)));
  }
  const ports = { edge: await freePort(), clickHouse: await freePort() };
  const stack = new SmokeStack(join(folder, 'env'), ports.edge, interrupted.signal);
  await writeFile(
    stack.envFile,
    `EDGE_PORT=${ports.edge}\nCLICKHOUSE_HTTP_PORT=${ports.clickHouse}\nCANDOR_IMAGE=candor:smoke\n`,
  );
  try {
    await stack.createEnvironment();
    await stack.remove();
    await tryStack(stack);
    process.stdout.write('smoke: passed\n');
  } catch (error) {
    process.exitCode = 1;
    process.stdout.write(`\n${await stack.describeTrouble()}\nsmoke: failed: ${messageOf(error)}\n`);
  } finally {
    if (values.keep) {
      process.stdout.write(
        `smoke: kept; docker compose --project-name ${stack.project} --env-file ${stack.envFile} …\n`,
      );
    } else {
      await step('removed', () => stack.remove());
      await rm(folder, { recursive: true, force: true });
    }
  }
};

await run();
