import { loadCatalog } from '../../schemas/pack/catalog.ts';
import { MAX_TEXT_CHARS } from '../../schemas/pack/field.ts';
import { createScrubber } from '../../services/anonymizer/scrub.ts';
import { scrubText } from '../../services/anonymizer/scrub-text.ts';
import { validExamples } from '../support/examples.ts';

// `node test/load/scrub.ts`: how fast free text is scrubbed on one core, beside a pass over the same text that only reads it.
// Then what the texts of whole reports cost, beside checking those against their contract. Prints the tables of docs/benchmarks/privacy.md.

/** Errors as consoles, servers and drivers write them, without anything to remove. */
const ORDINARY = `TypeError: Cannot read properties of undefined (reading 'map')
    at renderList (main.4f2a1c.chunk.js:2:148312)
    at Object.useMemo (webpack:///./node_modules/react-dom/cjs/react-dom.production.min.js:157:137)
    at async Promise.all (index 0) [as queryFn]
java.lang.IllegalStateException: Fail to request url: org.sonar.server.platform.web.WebServiceFilter
\tat org.apache.catalina.core.ApplicationFilterChain.internalDoFilter(ApplicationFilterChain.java:178) ~[tomcat-9.0.65.jar:9.0.65]
\tat java.base/java.util.concurrent.ThreadPoolExecutor.runWorker(ThreadPoolExecutor.java:1136)
Caused by: org.postgresql.util.PSQLException: ERROR: relation "public.orders" does not exist, Position: 15
2024-11-21T12:30:45.123Z ERROR request 3c1f0f52-7a55-4f0e-9d5e-6b1f5f6f2a10 failed with status 500 after 1532 ms
goroutine 1 [running]: net/http.(*conn).serve(0xc0000b6000) /usr/local/go/src/net/http/server.go:1952 +0x1f
`;

/** The same with what has to be removed in each fifth line. */
const PERSONAL = `${ORDINARY}connect ECONNREFUSED 203.0.113.9:5432 for user "alice" in /home/alice/app/main.js:10
login of alice@example.com with token=0123456789abcdef refused by https://db01.example.com:8443/v1
`;

/** What is scrubbed in one run, in bytes: some 0.1 s at the speeds that are of interest. */
const RUN_BYTES = 10_000_000;
const RUNS = 5;

const filled = (text: string): string => text.repeat(Math.ceil(MAX_TEXT_CHARS / text.length)).slice(0, MAX_TEXT_CHARS);

const readOnly = (text: string): number => {
  let sum = 0;
  for (let index = 0; index < text.length; index += 1) sum += text.charCodeAt(index);
  return sum;
};

/** MB of UTF-8 per second of CPU, the median of {@link RUNS}. */
const speed = (text: string, work: (text: string) => unknown): number => {
  const bytes = Buffer.byteLength(text);
  const times = Math.ceil(RUN_BYTES / bytes);
  const speeds = Array.from({ length: RUNS }, () => {
    const before = process.cpuUsage();
    for (let time = 0; time < times; time += 1) work(text);
    const { user, system } = process.cpuUsage(before);
    return (bytes * times) / (user + system);
  });
  return Math.round(speeds.toSorted((a, b) => a - b)[Math.floor(RUNS / 2)] ?? 0);
};

const texts: readonly (readonly [string, string])[] = [
  ['ordinary error text', filled(ORDINARY)],
  ['a find in each fifth line', filled(PERSONAL)],
  ['ordinary, 200 characters each', filled(ORDINARY).slice(0, 200)],
  ['Russian', filled('Ошибка: не удалось открыть файл настроек, строка 10 (код 500)\n')],
  ['Chinese', filled('错误：无法连接到数据库（超时），第 10 行\n')],
];
const rows = texts.map(
  ([name, text]) => `| ${name} | ${speed(text, readOnly)} | ${speed(text, (value) => scrubText(value, new Map()))} |`,
);
process.stdout.write(`| text | only read, MB/s | scrubbed, MB/s |\n|---|---|---|\n${rows.join('\n')}\n`);

/** Microseconds of CPU that each of some documents takes, the median of {@link RUNS}. */
const costUs = (documents: readonly unknown[], work: (document: unknown, index: number) => unknown): number => {
  const ROUNDS = 200;
  const costs = Array.from({ length: RUNS }, () => {
    const before = process.cpuUsage();
    for (let round = 0; round < ROUNDS; round += 1) documents.forEach(work);
    const { user, system } = process.cpuUsage(before);
    return (user + system) / ROUNDS / documents.length;
  });
  return Math.round((costs.toSorted((a, b) => a - b)[Math.floor(RUNS / 2)] ?? 0) * 10) / 10;
};

const catalog = await loadCatalog();
const examples = (await validExamples()).flatMap(({ product, body }) => {
  const classified = catalog.products.get(product)?.wire.classify(JSON.parse(body));
  const kind = classified && catalog.kinds.get(classified.kind);
  return kind ? [{ kind, document: classified?.document, scrub: createScrubber(kind.contract.schema) }] : [];
});
const ofKinds = Map.groupBy(examples, ({ kind }) => kind.kind);
const costs = [...ofKinds].map(([kind, some]) => {
  const sent = some.map(({ document }) => document);
  const kept = some.map((example) => example.kind.contract.schema.parse(example.document));
  const contract = costUs(sent, (document, index) => some[index]?.kind.contract.schema.safeParse(document));
  return `| ${kind} | ${contract} | ${costUs(kept, (document, index) => some[index]?.scrub(document))} |`;
});
process.stdout.write(`\n| report | contract, µs | texts, µs |\n|---|---|---|\n${costs.join('\n')}\n`);
