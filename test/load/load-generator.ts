import { Agent, request } from 'node:http';
import { gzipSync } from 'node:zlib';

// Posts SonarQube reports at a steady rate, whatever the answers take (open loop), and prints one JSON line a second and a
// last one. Runs as a process of its own, so that its work is not taken for the pipeline's.
// Arguments: URL of the edge, reports per second, seconds.
const [url = '', rateText = '1000', secondsText = '30'] = process.argv.slice(2);
const rate = Number(rateText);
const total = rate * Number(secondsText);

/** Requests on their way at once; above that the generator waits, and says so in its rate. */
const MAX_IN_FLIGHT = 256;

const hex = (seed: number, length: number): string => {
  let text = '';
  for (let word = seed + 1; text.length < length; word = Math.imul(word ^ (word >>> 15), 0x2c1b3c6d) + 0x9e3779b9) {
    text += (word >>> 0).toString(16).padStart(8, '0');
  }
  return text.slice(0, length);
};

/** About 3 KB of JSON and 22 rows: a small team's server. */
const body = (seed: number): Buffer =>
  gzipSync(
    JSON.stringify({
      id: `${hex(seed, 8).toUpperCase()}-${hex(seed + 1, 20)}`,
      version: '10.7.0.96327',
      messageSequenceNumber: seed,
      localTimestamp: '2026-11-20T20:56:31+0000',
      edition: 'community',
      database: { name: 'PostgreSQL', version: '14.6 (Ubuntu 14.6-1.pgdg20.04+1)' },
      plugins: ['java', 'python', 'go', 'php', 'xml', 'text'].map((name) => ({ name, version: '8.6.0.37351' })),
      users: [1, 2, 3, 4].map((user) => ({
        userUuid: hex(seed * 7 + user, 56),
        status: 'active',
        identityProvider: 'github',
        lastActivity: '2026-11-20T10:00:00+0000',
      })),
      projects: [1, 2, 3, 4].map((project) => ({
        projectUuid: hex(seed * 11 + project, 20),
        language: 'java',
        lastAnalysis: '2026-11-20T10:16:54+0000',
        loc: 1000 * project,
      })),
      'projects-general-stats': [1, 2].map((project) => ({
        projectUuid: hex(seed * 11 + project, 20),
        branchCount: 3,
        pullRequestCount: 7,
        scm: 'git',
        ci: 'Github Actions',
        devopsPlatform: 'github_cloud',
        bugs: 3,
        vulnerabilities: 1,
        securityHotspots: 2,
        technicalDebt: 3200,
        developmentCost: 150_000,
      })),
      branches: [1, 2].map((branch) => ({
        projectUuid: hex(seed * 11 + branch, 20),
        branchUuid: hex(seed * 13 + branch, 20),
        ncdId: 522677708,
        greenQualityGateCount: 5,
        analysisCount: 8,
        excludeFromPurge: true,
      })),
      'quality-gates': [1, 2].map((gate) => ({ uuid: hex(gate, 20), caycStatus: 'compliant' })),
    }),
  );

// Each report is another one: the pipeline would drop what it has seen before. Made before the start, for the sake of the rate.
const bodies = Array.from({ length: total }, (_, seed) => body(seed));
const agent = new Agent({ keepAlive: true, maxSockets: MAX_IN_FLIGHT });
const headers = { 'content-encoding': 'gzip', 'content-type': 'application/json; charset=utf-8' };
const latenciesMs: number[] = [];
let inFlight = 0;
let sent = 0;
let refused = 0;

const post = (): void => {
  const startedAt = performance.now();
  const done = (isAccepted: boolean): void => {
    inFlight -= 1;
    if (isAccepted) latenciesMs.push(performance.now() - startedAt);
    else refused += 1;
  };
  inFlight += 1;
  sent += 1;
  const outgoing = request(`${url}/sonarqube`, { method: 'POST', agent, headers }, (response) => {
    response.resume().once('end', () => done(response.statusCode === 200));
  });
  outgoing.once('error', () => done(false));
  outgoing.end(bodies[sent - 1]);
};

const percentile = (share: number): number => {
  const sorted = latenciesMs.toSorted((a, b) => a - b);
  return Math.round((sorted[Math.floor(sorted.length * share)] ?? 0) * 10) / 10;
};

const startedAt = performance.now();
while (sent < total) {
  const due = Math.min(total, Math.floor(((performance.now() - startedAt) / 1000) * rate));
  while (sent < due && inFlight < MAX_IN_FLIGHT) post();
  await new Promise((resolve) => setTimeout(resolve, 2));
}
while (inFlight > 0) await new Promise((resolve) => setTimeout(resolve, 2));
const seconds = (performance.now() - startedAt) / 1000;
const result = {
  sent,
  refused,
  perSecond: Math.round(sent / seconds),
  p50Ms: percentile(0.5),
  p99Ms: percentile(0.99),
  bytesPerReport: Math.round(bodies.reduce((sum, { length }) => sum + length, 0) / total),
};
process.stdout.write(`${JSON.stringify(result)}\n`);
agent.destroy();
