import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { type Attack, makeAttack, type Result } from './attacks.ts';
import { createRandom } from './random.ts';

// Attacks an edge, each time over a connection of its own, and prints one JSON line with what came of it. Runs as a process of
// its own, so that its work is not taken for the pipeline's.
const { values } = parseArgs({
  options: {
    port: { type: 'string' },
    seed: { type: 'string' },
    requests: { type: 'string' },
    /** Attacks at once. */
    lanes: { type: 'string', default: '48' },
    /** Attacks that begin in a second, at most; 0: as many as the machine takes. */
    rate: { type: 'string', default: '0' },
  },
});
const port = Number(values.port);
const requests = Number(values.requests);
const rate = Number(values.rate);

/** Longest that an attack may go on: far above every timeout that the edge runs with. */
const DEADLINE_MS = 30_000;

/** An attack whose result was wrong, or that had none. */
interface Failure {
  readonly seed: number;
  readonly name: string;
  readonly result: Result | 'none' | 'refused';
}

/** What all attacks came to. */
interface Report {
  readonly requests: number;
  readonly seconds: number;
  readonly results: Record<string, Record<string, number>>;
  readonly failures: Failure[];
}

/** Performs one attack from an address of loopback's 16 million, so that no port is used up. */
const perform = ({ parts, end }: Attack, lane: number): Promise<Result | 'none' | 'refused'> =>
  new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1', localAddress: `127.1.0.${1 + (lane % 250)}` });
    let received = '';
    let isOver = false;
    let hasConnected = false;
    let drained = (): void => undefined;
    socket.on('drain', () => drained());
    const finish = (result: Result | 'none' | 'refused'): void => {
      if (isOver) return;
      isOver = true;
      clearTimeout(deadline);
      drained();
      socket.destroy();
      resolve(result);
    };
    const deadline = setTimeout(() => finish('none'), DEADLINE_MS);
    socket.on('error', () => finish(hasConnected ? 'cut' : 'refused'));
    socket.on('close', () => finish('cut'));
    socket.on('data', (bytes: Buffer) => {
      received += bytes.toString('latin1');
      const [, status] = /^HTTP\/1\.1 (\d{3})/.exec(received) ?? [];
      if (status !== undefined) finish(Number(status));
    });
    socket.once('connect', async () => {
      hasConnected = true;
      for (const part of parts) {
        if (isOver) return;
        if (typeof part === 'number') await sleep(part);
        else if (!socket.write(part))
          await new Promise<void>((resume) => {
            drained = resume;
          });
      }
      if (end === 'half-close') socket.end();
      if (end === 'vanish') setTimeout(() => finish('cut'), 5);
    });
  });

const report: Report = { requests, seconds: 0, results: {}, failures: [] };
const startedAt = performance.now();
const first = Number(values.seed);
const last = first + requests;
let next = first;
const lane = async (_: unknown, index: number): Promise<void> => {
  while (next < last) {
    const seed = next;
    next += 1;
    const dueAt = rate > 0 ? startedAt + ((seed - first) * 1000) / rate : 0;
    const earlyMs = dueAt - performance.now();
    if (earlyMs > 0) await sleep(earlyMs);
    const attack = makeAttack(createRandom(seed));
    const result = await perform(attack, index);
    report.results[attack.name] ??= {};
    const counts = report.results[attack.name] ?? {};
    counts[result] = (counts[result] ?? 0) + 1;
    const isRight =
      attack.end === 'vanish' ||
      result === 429 ||
      result === 503 ||
      attack.allowed.some((allowed) => allowed === result);
    if (!isRight) report.failures.push({ seed, name: attack.name, result });
  }
};
await Promise.all(Array.from({ length: Number(values.lanes) }, lane));
const seconds = (performance.now() - startedAt) / 1000;
process.stdout.write(`${JSON.stringify({ ...report, seconds })}\n`);
