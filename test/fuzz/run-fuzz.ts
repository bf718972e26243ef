import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { eventually } from '../support/eventually.ts';
import { ask, makePlace, type Place, type RunningPipeline, startPipelineProcess } from '../support/pipeline.ts';

/** How much to do. */
export interface FuzzOptions {
  readonly seed: number;
  readonly requests: number;
  /** Connections that are held without a request. */
  readonly idleConnections: number;
  /** Time that the honest clients report alone, before the attacks. */
  readonly quietMs: number;
  /** Hostile clients at once. */
  readonly lanes: number;
  /** Attacks that begin in a second, at most; 0: as many as the machine takes. */
  readonly attacksPerSecond: number;
  readonly say: (line: string) => void;
}

/** What the honest clients saw. */
export interface HonestResult {
  readonly sent: number;
  readonly acknowledged: number;
  readonly refused: number;
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Rows of theirs that are stored, and how many different ones. */
  readonly stored: number;
  readonly distinct: number;
}

/** The process of the pipeline at one moment. */
interface Sample {
  readonly ownMemoryMb: number;
  /** Longest time that the event loop was busy since the sample before, in ms. */
  readonly loopLagMs: number;
}

/** What all attacks came to. */
export interface AttackResults {
  readonly requests: number;
  readonly seconds: number;
  /** Results by name of the attack. */
  readonly results: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** Attacks whose result was wrong: their seeds repeat them. */
  readonly failures: readonly { readonly seed: number; readonly name: string; readonly result: string | number }[];
}

/** What a run found. */
export interface FuzzReport {
  readonly quiet: HonestResult;
  readonly attacked: HonestResult;
  readonly attacks: AttackResults;
  /** Memory before anything, with the idle connections, and the most of all. */
  readonly memoryMb: {
    readonly start: number;
    readonly idle: number;
    readonly idleConnections: number;
    readonly most: number;
  };
  readonly loopLagMs: { readonly median: number; readonly most: number };
  /** Counted by the edge: answers by status, cut connections by reason. */
  readonly answers: Readonly<Record<string, number>>;
  readonly cut: Readonly<Record<string, number>>;
  /** Dead letters by reason. */
  readonly deadLetters: Readonly<Record<string, number>>;
  /** Reports that the edge acknowledged, and outcomes that are stored. */
  readonly acknowledged: number;
  readonly outcomes: number;
  /** What the pipeline printed, and how it ended. */
  readonly output: string;
  readonly exit: number | string;
}

/** The limits that the run works with: short, so that slow clients are cut within the run. Honest clients have none. */
const LIMITS = {
  EDGE_HEADERS_TIMEOUT_MS: '5000',
  EDGE_REQUEST_TIMEOUT_MS: '10000',
  EDGE_BODY_RATE_WINDOW_MS: '2000',
  EDGE_KEEP_ALIVE_TIMEOUT_MS: '7200000',
  EDGE_UNLIMITED_NETWORKS: '127.0.0.1/32',
};

const HONEST_PER_SECOND = 200;

const SAMPLE_MS = 1_000;

const run = (file: string, ...parameters: readonly string[]): ChildProcess =>
  spawn(process.execPath, [fileURLToPath(new URL(file, import.meta.url)), ...parameters], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });

/** What a child prints until it ends. */
const printed = async (child: ChildProcess): Promise<string> => {
  let text = '';
  child.stdout?.setEncoding('utf8').on('data', (more: string) => {
    text += more;
  });
  await once(child, 'close');
  return text;
};

const metricsText = async ({ adminUrl }: Place): Promise<string> => (await fetch(`${adminUrl}/metrics`)).text();

/** The values of a metric by one of its labels. */
const metricBy = (text: string, name: string, label: string): Record<string, number> => {
  const sums: Record<string, number> = {};
  for (const [, labels = '', value = ''] of text.matchAll(new RegExp(`^${name}\\{(.*)\\} (\\S+)$`, 'gm'))) {
    const key = new RegExp(`${label}="([^"]*)"`).exec(labels)?.[1] ?? '';
    sums[key] = (sums[key] ?? 0) + Number(value);
  }
  return sums;
};

const gaugeOf = (text: string, name: string): number =>
  Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1] ?? 0);

const sample = async (place: Place, pid: number): Promise<Sample> => {
  const [status, metrics] = await Promise.all([readFile(`/proc/${pid}/status`, 'utf8'), metricsText(place)]);
  return {
    // Without pages of the log in the file cache, which the kernel takes back at will.
    ownMemoryMb: Math.round(Number(/RssAnon:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024),
    loopLagMs: Math.round(gaugeOf(metrics, 'nodejs_eventloop_lag_max_seconds') * 1000),
  };
};

/** Reports honestly until the end of `meanwhile`. */
const reportDuring = async <T>(place: Place, installation: string, meanwhile: () => Promise<T>) => {
  const child = run('honest.ts', place.edgeUrl, `${HONEST_PER_SECOND}`, installation);
  const output = printed(child);
  const result = await meanwhile();
  child.stdin?.end();
  return { result, honest: JSON.parse(await output) as Omit<HonestResult, 'stored' | 'distinct'> };
};

const storedOf = async (place: Place, installation: string) => {
  const [row] = await ask(
    place,
    `SELECT count() AS stored, uniqExact(message_sequence_number) AS distinct
     FROM sonarqube_reports WHERE installation_id = '${installation}'`,
  );
  return { stored: Number(row?.stored), distinct: Number(row?.distinct) };
};

const attack = async (place: Place, options: FuzzOptions): Promise<AttackResults> => {
  const port = new URL(place.edgeUrl).port;
  const { seed, requests, lanes, attacksPerSecond: rate } = options;
  const parameters = Object.entries({ port, seed, requests, lanes, rate });
  return JSON.parse(
    await printed(run('attacker.ts', ...parameters.flatMap(([name, value]) => [`--${name}`, `${value}`]))),
  );
};

/** Waits until nothing waits in the log any more. */
const untilRead = (place: Place): Promise<true> =>
  eventually('the backlog to be read', 300_000, async () => {
    const waiting = metricBy(await metricsText(place), 'candor_consumer_lag_records', 'topic');
    return Object.values(waiting).every((records) => records === 0) || undefined;
  });

const fuzz = async (place: Place, pipeline: RunningPipeline, options: FuzzOptions): Promise<FuzzReport> => {
  const { say } = options;
  const start = await sample(place, pipeline.pid);
  say(`honest clients alone for ${options.quietMs / 1000} s`);
  const quiet = await reportDuring(place, 'QUIET', () => sleep(options.quietMs));

  say(`${options.idleConnections} idle connections`);
  const idle = run('idle.ts', new URL(place.edgeUrl).port, `${options.idleConnections}`);
  if (idle.stdout) await once(idle.stdout, 'data');
  await sleep(SAMPLE_MS);
  const withIdle = await sample(place, pipeline.pid);

  say(`${options.requests} attacks from seed ${options.seed}`);
  const samples: Sample[] = [];
  let isOver = false;
  const watching = (async () => {
    while (!isOver) {
      samples.push(await sample(place, pipeline.pid));
      await sleep(SAMPLE_MS);
    }
  })();
  const attacked = await reportDuring(place, 'ATTACKED', () => attack(place, options));
  isOver = true;
  await watching;
  const idleEnd = printed(idle);
  idle.stdin?.end();
  const stillIdle = Number(await idleEnd);

  say('the rest of the backlog');
  await untilRead(place);
  const metrics = await metricsText(place);
  const answers = metricBy(metrics, 'candor_edge_answers_total', 'code');
  const acknowledged = answers['200'] ?? 0;
  await eventually('every outcome', 60_000, async () => {
    const [row] = await ask(place, 'SELECT count() AS stored FROM outcomes');
    return Number(row?.stored) >= acknowledged || undefined;
  }).catch(() => undefined);
  const [outcomes] = await ask(place, 'SELECT count() AS stored FROM outcomes');
  const letters = await ask(
    place,
    'SELECT reason, count() AS letters FROM dead_letters GROUP BY reason ORDER BY reason',
  );
  const lags = samples.map(({ loopLagMs }) => loopLagMs).toSorted((a, b) => a - b);
  return {
    quiet: { ...quiet.honest, ...(await storedOf(place, 'QUIET')) },
    attacked: { ...attacked.honest, ...(await storedOf(place, 'ATTACKED')) },
    attacks: attacked.result,
    memoryMb: {
      start: start.ownMemoryMb,
      idle: withIdle.ownMemoryMb,
      idleConnections: stillIdle,
      most: Math.max(...samples.map(({ ownMemoryMb }) => ownMemoryMb)),
    },
    loopLagMs: { median: lags[Math.floor(lags.length / 2)] ?? 0, most: lags.at(-1) ?? 0 },
    answers,
    cut: metricBy(metrics, 'candor_edge_connections_cut_total', 'reason'),
    deadLetters: Object.fromEntries(letters.map(({ reason, letters: count }) => [String(reason), Number(count)])),
    acknowledged,
    outcomes: Number(outcomes?.stored),
    output: pipeline.output(),
    exit: await pipeline.end('SIGTERM'),
  };
};

/** Attacks a whole pipeline while honest clients report. */
export const runFuzz = async (options: FuzzOptions): Promise<FuzzReport> => {
  const made = await makePlace();
  const place = { ...made, env: { ...made.env, ...LIMITS } };
  const pipeline = await startPipelineProcess(place);
  try {
    return await fuzz(place, pipeline, options);
  } finally {
    await pipeline.end('SIGKILL');
    await place.remove();
  }
};
