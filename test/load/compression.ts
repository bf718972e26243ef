import { gunzipSync, gzipSync } from 'node:zlib';
import { DAY_MS, installationIn } from '../../services/standalone/demo/installation.ts';
import { simulateSonarQube } from '../../services/standalone/demo/products/sonarqube.ts';
import { Random } from '../../services/standalone/demo/random.ts';

// `node test/load/compression.ts`: what gzip would cost and save on the topic that holds documents as JSON, in batches of the
// size in which the anonymizer writes them. Prints what docs/decisions/0009-kafka-client.md quotes.

const BATCH_DOCUMENTS = 100;
const BATCHES = 50;

const period = { startMs: 0, endMs: 30 * DAY_MS };
const documents: Buffer[] = [];
for (let seed = 0; documents.length < BATCHES * BATCH_DOCUMENTS; seed += 1) {
  const random = new Random(seed);
  const reports = simulateSonarQube(
    random,
    installationIn(random, period),
    period,
  )({ startMs: DAY_MS, isWorkday: true });
  documents.push(...reports.map(({ document }) => Buffer.from(JSON.stringify(document))));
}
const batches = Array.from({ length: BATCHES }, (_, index) =>
  Buffer.concat(documents.slice(index * BATCH_DOCUMENTS, (index + 1) * BATCH_DOCUMENTS)),
);

const cpuMs = (work: () => void): number => {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
};

const compressed: Buffer[] = [];
const compressMs = cpuMs(() => compressed.push(...batches.map((batch) => gzipSync(batch))));
const inflateMs = cpuMs(() => compressed.forEach((batch) => void gunzipSync(batch)));
const parseMs = cpuMs(() => documents.forEach((document) => void JSON.parse(document.toString())));
const bytes = batches.reduce((sum, { length }) => sum + length, 0);
const perThousand = (ms: number): string =>
  `${((ms * 1_000) / documents.length).toFixed(0)} ms of CPU per 1,000 documents`;
process.stdout.write(`${documents.length} documents, ${(bytes / documents.length).toFixed(0)} bytes each on average
size after gzip: ${((100 * compressed.reduce((sum, { length }) => sum + length, 0)) / bytes).toFixed(0)} %
gzip:            ${perThousand(compressMs)}
gunzip:          ${perThousand(inflateMs)}
beside it, JSON.parse of the same: ${perThousand(parseMs)}
`);
