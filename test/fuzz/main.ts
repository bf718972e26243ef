import { parseArgs } from 'node:util';
import { runFuzz } from './run-fuzz.ts';

// `npm run test:fuzz`: hostile requests at a whole pipeline while honest clients report; prints what docs/benchmarks/fuzz.md
// quotes, and ends with 1 when something went wrong. A failing request is repeated by its seed: `--seed N --requests 1`.
const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: `${Math.floor(Math.random() * 1e9)}` },
    requests: { type: 'string', default: '100000' },
    idle: { type: 'string', default: '10000' },
    quiet: { type: 'string', default: '20' },
    lanes: { type: 'string', default: '48' },
    pause: { type: 'string', default: '0' },
  },
});

const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

say(`seed ${values.seed}`);
const report = await runFuzz({
  seed: Number(values.seed),
  requests: Number(values.requests),
  idleConnections: Number(values.idle),
  quietMs: Number(values.quiet) * 1000,
  lanes: Number(values.lanes),
  pauseMs: Number(values.pause),
  say,
});
const { output, ...figures } = report;
say(JSON.stringify(figures, undefined, 2));
const { quiet, attacked, attacks } = report;
const problems = [
  ...attacks.failures.map(({ seed, name, result }) => `seed ${seed}: ${name} came to ${result}`),
  ...[quiet, attacked]
    .filter(({ sent, acknowledged, stored, distinct }) => new Set([sent, acknowledged, stored, distinct]).size > 1)
    .map((honest) => `honest reports are not stored once each: ${JSON.stringify(honest)}`),
  ...(report.acknowledged === report.outcomes
    ? []
    : [`${report.acknowledged} acknowledged reports have ${report.outcomes} outcomes`]),
  ...(report.exit === 0 ? [] : [`the pipeline ended with ${report.exit}: ${output}`]),
  ...(/unhandled|"level":60/i.test(output) ? [output] : []),
];
for (const problem of problems) say(`FAILED: ${problem}`);
process.exitCode = problems.length === 0 ? 0 : 1;
