import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

// Reports like an honest installation of SonarQube, at a steady rate whatever the answers take, until its standard input is
// closed; then prints one JSON line. Runs as a process of its own. Arguments: URL of the edge, reports a second, installation.
const [url = '', rate = '200', installation = 'HONEST'] = process.argv.slice(2);

const agent = new Agent({ keepAlive: true, maxSockets: 128 });
const latenciesMs: number[] = [];
let sent = 0;
let refused = 0;
let inFlight = 0;

const post = (): void => {
  sent += 1;
  inFlight += 1;
  const body = JSON.stringify({
    id: installation,
    version: '10.7.0.96327',
    messageSequenceNumber: sent,
    plugins: ['java', 'python', 'go'].map((name) => ({ name, version: '8.6.0.37351' })),
  });
  const startedAt = performance.now();
  const done = (isAccepted: boolean): void => {
    inFlight -= 1;
    if (isAccepted) latenciesMs.push(performance.now() - startedAt);
    else refused += 1;
  };
  const outgoing = request(`${url}/sonarqube`, { method: 'POST', agent }, (response) => {
    response.resume().once('end', () => done(response.statusCode === 200));
  });
  outgoing.once('error', () => done(false));
  outgoing.end(body);
};

let isEnding = false;
process.stdin.resume().once('end', () => {
  isEnding = true;
});
const startedAt = performance.now();
while (!isEnding) {
  const due = Math.floor(((performance.now() - startedAt) / 1000) * Number(rate));
  while (sent < due) post();
  await sleep(2);
}
const seconds = (performance.now() - startedAt) / 1000;
while (inFlight > 0) await sleep(2);
const sorted = latenciesMs.toSorted((a, b) => a - b);
const percentile = (share: number): number => Math.round((sorted[Math.floor(sorted.length * share)] ?? 0) * 10) / 10;
const result = {
  sent,
  acknowledged: latenciesMs.length,
  refused,
  perSecond: Math.round(sent / seconds),
  p50Ms: percentile(0.5),
  p99Ms: percentile(0.99),
};
process.stdout.write(`${JSON.stringify(result)}\n`);
agent.destroy();
