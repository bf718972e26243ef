import { parseArgs } from 'node:util';
import { type FuzzOptions, type FuzzReport, runFuzz } from './run-fuzz.ts';

// `npm run test:fuzz`: hostile requests at a whole pipeline while honest clients report; prints what docs/benchmarks/fuzz.md
// quotes, and ends with 1 when something went wrong. A failing request is repeated by its seed: `--seed N --requests 1`. With
// `--rates 50,100,0` it makes one run of 30 s for each rate, each with a pipeline of its own, and prints a row of a table.
const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: `${Math.floor(Math.random() * 1e9)}` },
    requests: { type: 'string', default: '100000' },
    idle: { type: 'string', default: '10000' },
    quiet: { type: 'string', default: '20' },
    lanes: { type: 'string', default: '48' },
    /** Attacks in a second: five addresses at the limit that the edge has for each. */
    rate: { type: 'string', default: '250' },
    rates: { type: 'string' },
  },
});

/** Length of a run where there is one for each rate, in seconds. */
const RUN_SECONDS = 30;

/** Attacks of a run that has no rate: some 30 s on two cores. */
const UNPACED_ATTACKS = 20_000;

const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

const problemsOf = ({ quiet, attacked, attacks, acknowledged, outcomes, exit, output }: FuzzReport): string[] => [
  ...attacks.failures.map(({ seed, name, result }) => `seed ${seed}: ${name} came to ${result}`),
  ...[quiet, attacked]
    .filter(({ sent, acknowledged, stored, distinct }) => new Set([sent, acknowledged, stored, distinct]).size > 1)
    .map((honest) => `honest reports are not stored once each: ${JSON.stringify(honest)}`),
  ...(acknowledged === outcomes ? [] : [`${acknowledged} acknowledged reports have ${outcomes} outcomes`]),
  ...(exit === 0 ? [] : [`the pipeline ended with ${exit}: ${output}`]),
  ...(/unhandled|"level":60/i.test(output) ? [output] : []),
];

const run = async (options: FuzzOptions): Promise<FuzzReport> => {
  const report = await runFuzz(options);
  const problems = problemsOf(report);
  for (const problem of problems) say(`FAILED: ${problem}`);
  if (problems.length > 0) process.exitCode = 1;
  return report;
};

const options: FuzzOptions = {
  seed: Number(values.seed),
  requests: Number(values.requests),
  idleConnections: Number(values.idle),
  quietMs: Number(values.quiet) * 1000,
  lanes: Number(values.lanes),
  attacksPerSecond: Number(values.rate),
  say,
};

say(`seed ${values.seed}`);
if (values.rates === undefined) {
  const { output, ...figures } = await run(options);
  say(JSON.stringify(figures, undefined, 2));
} else {
  say(
    '| attacks/s asked for | attacks/s | honest p50 alone, attacked, ms | honest p99 alone, attacked, ms | busy at most, ms |',
  );
  say('|---|---|---|---|---|');
  for (const rate of values.rates.split(',').map(Number)) {
    const requests = rate === 0 ? UNPACED_ATTACKS : rate * RUN_SECONDS;
    const paced = { ...options, requests, attacksPerSecond: rate, say: () => undefined };
    const { quiet, attacked, attacks, loopLagMs } = await run(paced);
    const cells = [
      rate === 0 ? 'no end' : rate,
      Math.round(attacks.requests / attacks.seconds),
      `${quiet.p50Ms}, ${attacked.p50Ms}`,
      `${quiet.p99Ms}, ${attacked.p99Ms}`,
      loopLagMs.most,
    ];
    say(`| ${cells.join(' | ')} |`);
  }
}
