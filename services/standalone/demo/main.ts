import { openClickHouse } from '../../../infra/clickhouse/client.ts';
import { createLogger } from '../../runtime/logger.ts';
import { exitUnstarted } from '../../runtime/process.ts';
import { ask, readableFormat } from '../ask.ts';
import type { Pipeline } from '../pipeline.ts';
import { createProgress } from '../progress.ts';
import { ANSWERS } from './answers.ts';
import { type SimulatedReport, simulateFleet } from './fleet.ts';
import { DAY_MS } from './installation.ts';
import { startInstance } from './instance.ts';
import { type DemoOptions, HELP, parseOptions } from './options.ts';
import { postAll } from './post.ts';
import { createProgressBar } from './progress-bar.ts';
import { waitUntilStored } from './wait-until-stored.ts';

const out = process.stdout;

const reports = (count: number): string => `${count.toLocaleString('en')} reports`;

/** Posts the fleet's reports and waits until they are stored. */
const fill = async (
  { edgeUrl, analyst }: Pipeline,
  { seed, installations, days }: DemoOptions,
  signal: AbortSignal,
): Promise<void> => {
  const endMs = Math.floor(Date.now() / DAY_MS) * DAY_MS;
  const startMs = endMs - days * DAY_MS;
  const posting = createProgressBar(out, 'posting');
  const onPosted = ({ receivedAtMs }: SimulatedReport, count: number): void => {
    if (!signal.aborted) posting.update((receivedAtMs - startMs) / (endMs - startMs), reports(count));
  };
  const posted = await postAll(edgeUrl, simulateFleet({ seed, installations, days, endMs }), onPosted, signal);
  signal.throwIfAborted();
  posting.done(`${reports(posted)} of ${installations} installations over ${days} days`);

  const storing = createProgressBar(out, 'storing');
  const clickhouse = openClickHouse(analyst);
  try {
    const stored = await waitUntilStored(clickhouse, posted, (decided) =>
      storing.update(decided / Math.max(posted, 1), reports(decided)),
    );
    storing.done(`${reports(stored)}${stored < posted ? `, ${posted - stored} refused: see dead_letters` : ''}`);
  } finally {
    await clickhouse.close();
  }
};

const answer = async ({ analyst }: Pipeline): Promise<void> => {
  for (const [index, { title, sql }] of ANSWERS.entries()) {
    out.write(`\n${index + 1}. ${title}\n${sql.replaceAll('\n', '\n   ')}\n\n`);
    await ask(analyst, sql, readableFormat(out), out);
  }
};

const exploring = ({ analyst }: Pipeline): string => `
Go on asking, as long as this runs:
  ${analyst.url}/play?user=${analyst.username} in a browser
  CLICKHOUSE_URL=${analyst.url} npm run query -- "SELECT country, uniqExact(installation_id) FROM sonarqube_reports GROUP BY ALL"

Ctrl-C stops it and removes its data.
`;

/** Resolves when a person or a pipe has had enough. */
const interrupted = new Promise<void>((resolve) => {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => resolve());
  out.on('error', () => resolve());
});

/** The exit code that shells give to what Ctrl-C ends. */
const INTERRUPTED = 130;

const run = async (options: DemoOptions): Promise<number> => {
  const progress = createProgress(out);
  const instance = await startInstance(createLogger('warn'), progress.step);
  progress.done();
  const { pipeline } = instance;
  const stop = new AbortController();
  let exitCode = INTERRUPTED;
  const show = async (): Promise<void> => {
    await fill(pipeline, options, stop.signal);
    await answer(pipeline);
    exitCode = 0;
    if (!options.keep && !out.isTTY) return;
    out.write(exploring(pipeline));
    await interrupted;
  };
  try {
    await Promise.race([show(), interrupted, pipeline.failed]);
    if (options.keep || out.isTTY || exitCode !== 0) out.write('\nStopping; the temporary data is removed.\n');
    return exitCode;
  } finally {
    // The edge closes when nobody posts any more.
    stop.abort();
    await instance.remove();
  }
};

try {
  const options = parseOptions(process.argv.slice(2));
  if (options.help) out.write(HELP);
  // Ends the requests that an interruption left without an answer, too.
  process.exit(options.help ? 0 : await run(options));
} catch (error) {
  exitUnstarted(error);
}
