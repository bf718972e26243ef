import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { portOf } from '../../services/runtime/listen.ts';
import { makePlace, type Place, startPipelineProcess } from '../support/pipeline.ts';
import { measureAtRest } from './at-rest.ts';

// `npm run bench`: SonarQube reports at a steady rate through the whole pipeline, beside the same load on a bare server that
// only reads and answers. Prints what docs/benchmarks/pipeline.md quotes.
const { values } = parseArgs({
  options: { rate: { type: 'string', default: '1000' }, seconds: { type: 'string', default: '30' } },
});

interface LoadResult {
  readonly sent: number;
  readonly refused: number;
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly bytesPerReport: number;
}

const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

const runLoad = async (url: string): Promise<LoadResult> => {
  const generator = fileURLToPath(new URL('load-generator.ts', import.meta.url));
  const child = spawn(process.execPath, [generator, url, values.rate, values.seconds], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
  });
  await once(child, 'close');
  return JSON.parse(text) as LoadResult;
};

const bareServer = async (): Promise<LoadResult> => {
  const server = createServer((request, response) => {
    request.resume().once('end', () => response.writeHead(200, { 'content-length': 2 }).end('{}'));
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const result = await runLoad(`http://127.0.0.1:${portOf(server)}`);
  server.close();
  return result;
};

/** Sum of a metric over its labels. */
const metric = async (place: Place, name: string): Promise<number> => {
  const text = await (await fetch(`${place.adminUrl}/metrics`)).text();
  const lines = text.split('\n').filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `));
  return lines.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0);
};

/** Memory that is the process's own. The log's pages in the file cache, which the kernel takes back at will, are not. */
const ownMemoryMb = async (pid: number): Promise<number> => {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Math.round(Number(/RssAnon:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024);
};

const table = (rows: readonly (readonly string[])[]): string => rows.map((row) => `| ${row.join(' | ')} |`).join('\n');

say('at rest: two starts and 15 posts …');
const atRest = await measureAtRest();
const place = await makePlace();
say(`bare server: ${values.rate} reports/s for ${values.seconds} s …`);
const bare = await bareServer();
say(`whole pipeline: ${values.rate} reports/s for ${values.seconds} s …`);
const pipeline = await startPipelineProcess(place);
const backlogs: number[] = [];
const memory: number[] = [];
const loading = runLoad(place.edgeUrl);
let running = true;
const watch = (async () => {
  while (running) {
    await sleep(1_000);
    backlogs.push(await metric(place, 'candor_consumer_lag_records'));
    memory.push(await ownMemoryMb(pipeline.pid));
    process.stdout.write(`  ${backlogs.length} s: backlog ${backlogs.at(-1)} records, memory ${memory.at(-1)} MB\n`);
  }
})();
const loaded = await loading;
running = false;
await watch;
const loadEnded = performance.now();
while ((await metric(place, 'candor_consumer_lag_records')) > 0) await sleep(50);
const drainedMs = Math.round(performance.now() - loadEnded);
const rows = await metric(place, 'candor_sink_rows_total');
await pipeline.end('SIGTERM');
await place.remove();

const half = Math.floor(backlogs.length / 2);
const mean = (numbers: readonly number[]): number =>
  Math.round(numbers.reduce((sum, number) => sum + number, 0) / Math.max(1, numbers.length));
say(
  table([
    ['', 'bare server', 'whole pipeline'],
    ['---', '---', '---'],
    ['reports/s', `${bare.perSecond}`, `${loaded.perSecond}`],
    ['refused', `${bare.refused}`, `${loaded.refused}`],
    ['answer p50, ms', `${bare.p50Ms}`, `${loaded.p50Ms}`],
    ['answer p99, ms', `${bare.p99Ms}`, `${loaded.p99Ms}`],
    ['rows/s stored', '', `${Math.round(rows / (loaded.sent / loaded.perSecond))}`],
    ['backlog in records, mean of first half', '', `${mean(backlogs.slice(0, half))}`],
    ['backlog in records, mean of second half', '', `${mean(backlogs.slice(half))}`],
    ['backlog empty after the load, ms', '', `${drainedMs}`],
    ['largest memory of our process without file cache, MB', '', `${Math.max(...memory)}`],
  ]),
);
say('');
say(
  table([
    ['at rest', 'ms'],
    ['---', '---'],
    ['first start', `${atRest.firstStartMs}`],
    ['later start', `${atRest.laterStartMs}`],
    ['post to queryable, median', `${atRest.medianMs}`],
    ['post to queryable, worst', `${atRest.worstMs}`],
  ]),
);
