import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { loadCatalog } from '../../schemas/pack/catalog.ts';
import { describeWithOpenssl, makeCertificate } from '../support/certificate.ts';
import { type Cluster, describeWithCluster, startCluster } from '../support/cluster.ts';
import { ask } from '../support/pipeline.ts';
import { freePorts, freePortsInARow } from '../support/ports.ts';
import { SERVICES, type ServiceName, type ServiceProcess, untilSettled } from '../support/service-process.ts';
import { allCanaries, CONNECTION_CANARIES, CONTROL } from './canaries.ts';
import { CLICKHOUSE_LOGS } from './clickhouse-logs.ts';
import { commandsPlace } from './commands.ts';
import { describeLeaks, type Finding, findLeaks, placesOf } from './find-leaks.ts';
import { type Answers, fire } from './fire.ts';
import { bytesPlace, filesPlace, type Place, pagesPlace, tablesPlace } from './places.ts';
import { report } from './report.ts';
import { createSearch } from './search.ts';
import { makeShots, type Shot } from './shots.ts';

/** Two minutes on an idle machine. */
const TIMEOUT_MS = 600_000;
vi.setConfig({ testTimeout: TIMEOUT_MS, hookTimeout: TIMEOUT_MS });

/** A place that may be empty. */
const SPOOL_AFTERWARDS = 'spool of the edge, afterwards';

/** Time in which what was sent gets somewhere before the next fault. */
const UNDER_WAY_MS = 500;

/** What an edge with little room may spool: a few dozen reports. */
const SMALL_SPOOL_BYTES = 100_000;

/** Requests that it gets, for some of which there is no room. */
const REFUSED_SHOTS = 150;

const portOf = (url: string): number => Number(new URL(url).port);

describeWithOpenssl('over TLS too,', () =>
  describeWithCluster('with each service in a process of its own', () => {
    const search = createSearch(allCanaries());
    const answers: Answers = { statuses: new Map(), written: [] };
    const ofSmallEdge: Answers = { statuses: new Map(), written: [] };
    const findings: Finding[] = [];
    const started: ServiceProcess[] = [];
    const services = {} as Record<ServiceName, ServiceProcess>;
    let cluster: Cluster;
    let shots: readonly Shot[];
    let folder: string;

    const start = async (name: ServiceName, env: Readonly<Record<string, string>> = {}): Promise<void> => {
      services[name] = await cluster.start(name, env);
      started.push(services[name]);
    };

    const send = (some: readonly Shot[], isSecure = false): Promise<readonly Shot[]> =>
      fire({ edgePort: portOf(cluster.edgeUrl), adminPort: portOf(services.edge.adminUrl), isSecure }, some, answers);

    /** Starts an edge beside the other one, with little room for what Kafka does not take. */
    const startSmallEdge = async (): Promise<(some: readonly Shot[]) => Promise<void>> => {
      const [edgePort = 0] = await freePorts(1);
      const spool = join(folder, 'small-spool');
      const env = { EDGE_PORT: `${edgePort}`, EDGE_SPOOL_DIR: spool, EDGE_SPOOL_MAX_BYTES: `${SMALL_SPOOL_BYTES}` };
      const edge = await cluster.start('edge', { ...env, EDGE_HOST: '::' });
      started.push(edge);
      return async (some) => {
        await fire({ edgePort, adminPort: portOf(edge.adminUrl) }, some, ofSmallEdge);
        findings.push(
          ...(await findLeaks(search, [filesPlace('spool that is full, while Kafka is away', spool, true)])),
        );
      };
    };

    /** The first of `parts` equal parts of the shots, counted from 0. */
    const part = (index: number, parts: number): readonly Shot[] =>
      shots.slice(Math.ceil((index * shots.length) / parts), Math.ceil(((index + 1) * shots.length) / parts));

    const isOfTopic =
      (topic: string) =>
      (path: string): boolean =>
        path.startsWith(join('logs', `${topic}-`));
    const isRaw = isOfTopic('candor.raw');
    const isAnonymized = isOfTopic('candor.anonymized');

    const spoolPlace = (): Place => filesPlace('spool of the edge, while Kafka is away', cluster.spool, true);

    /** The last edge has two processes, whose ports of health follow each other. */
    const adminUrls = (): readonly string[] => [
      ...SERVICES.map((name) => services[name].adminUrl),
      `http://127.0.0.1:${portOf(services.edge.adminUrl) + 1}`,
    ];

    const livePlaces = (): Place[] => [
      tablesPlace('ClickHouse: all tables, query_log and its like', cluster.clickHouse.admin),
      pagesPlace(
        '/metrics, /healthz, /readyz of each service',
        adminUrls().flatMap((url) => ['metrics', 'healthz', 'readyz'].map((page) => `${url}/${page}`)),
      ),
    ];

    const writtenPlaces = (dumped: readonly Buffer[]): Place[] => [
      bytesPlace('stdout and stderr of each service, LOG_LEVEL=trace', () => started.map(({ output }) => output())),
      bytesPlace('answers to clients', () => [...answers.written, ...ofSmallEdge.written]),
      filesPlace('Kafka: candor.raw', cluster.kafka.folder, true, isRaw),
      filesPlace('Kafka: candor.anonymized', cluster.kafka.folder, false, isAnonymized),
      filesPlace('Kafka: all else', cluster.kafka.folder, false, (path) => !isRaw(path) && !isAnonymized(path)),
      bytesPlace('Redis: keys and values', () => dumped),
      filesPlace('Redis: files', cluster.redis.folder),
      filesPlace('schema registry: files', cluster.registry.folder),
      filesPlace(SPOOL_AFTERWARDS, cluster.spool, true),
      filesPlace('ClickHouse: files and log', cluster.clickHouse.folder),
    ];

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'candor-leaks-'));
      shots = makeShots(await loadCatalog());
      cluster = await startCluster({ env: { LOG_LEVEL: 'trace' }, clickHouse: CLICKHOUSE_LOGS });
      await Promise.all(SERVICES.map((name) => start(name, name === 'edge' ? { EDGE_HOST: '::' } : {})));

      const lost = [await send(part(0, 4))];
      await cluster.redis.stop();
      lost.push(await send(part(1, 4).slice(0, 100)));
      await cluster.redis.run();
      const sendToSmallEdge = await startSmallEdge();
      await cluster.kafka.stop('SIGKILL');
      lost.push(await send(part(1, 4).slice(100)));
      findings.push(...(await findLeaks(search, [spoolPlace()])));
      await sendToSmallEdge(part(1, 4).slice(0, REFUSED_SHOTS));
      await cluster.kafka.start();
      const third = send(part(2, 4));
      await sleep(UNDER_WAY_MS);
      await services.anonymizer.end('SIGKILL');
      await services.sink.end('SIGKILL');
      lost.push(await third);
      findings.push(...(await findLeaks(search, livePlaces().slice(0, 1))));
      await services.edge.end('SIGKILL');
      const { cert, key } = makeCertificate(folder, 'candor.example');
      const tls = { EDGE_TLS_CERT_FILE: cert, EDGE_TLS_KEY_FILE: key };
      const processes = { EDGE_PROCESSES: '2', ADMIN_PORT: `${await freePortsInARow(2)}` };
      const last = { ...tls, ...processes, TRUSTED_PROXY_HOPS: '1' };
      await Promise.all([start('anonymizer'), start('sink'), start('edge', last)]);
      lost.push(await send([...part(3, 4), ...lost.flat()], true));
      expect(lost.at(-1)).toEqual([]);
      // No client of TLS, at a door that asks for it.
      await send(shots.filter(({ send: how }) => 'bytes' in how));
      await untilSettled(services);
    });

    afterAll(async () => {
      await cluster?.close();
      await rm(folder, { recursive: true });
    });

    test('every kind of every product went the whole way, and the spool held reports', async () => {
      const stored = await ask(cluster, `SELECT DISTINCT kind FROM outcomes WHERE outcome = 'stored'`);
      expect(stored.map(({ kind }) => kind).sort()).toEqual([...(await loadCatalog()).kinds.keys()].sort());
      expect(findings[0]?.asSent).toBeGreaterThan(100);
      // Some were taken before the spool was full.
      expect([...ofSmallEdge.statuses.keys()]).toEqual(expect.arrayContaining([200, 503]));
    });

    test('no canary is found anywhere', async () => {
      const { CLICKHOUSE_URL = '', EDGE_OPERATOR_TOKEN = '' } = cluster.environments.edge;
      // The certificate of the last edge is known to nobody.
      const edge = { EDGE_URL: cluster.edgeUrl.replace('http', 'https'), NODE_TLS_REJECT_UNAUTHORIZED: '0' };
      const commands = await commandsPlace(cluster, { CLICKHOUSE_URL, EDGE_OPERATOR_TOKEN }, edge);
      const dumped = await cluster.redis.dump();
      findings.push(...(await findLeaks(search, [...livePlaces(), commands, ...writtenPlaces(dumped)])));
      process.stdout.write(`\n${report('Each service a process of its own', shots, findings)}\n`);
      const empty = findings.filter(({ bytes }) => bytes === 0).map(({ place }) => place);
      expect(empty.filter((name) => name !== SPOOL_AFTERWARDS)).toEqual([]);
      expect(describeLeaks(findings)).toEqual([]);
    });

    test('what is kept is found in the tables, the answers to who asked for it and, compressed, in the topics after the anonymizer', async () => {
      const found = placesOf(await findLeaks(createSearch([CONTROL]), [...livePlaces(), ...writtenPlaces([])]));
      expect(found).toEqual(
        expect.arrayContaining([
          'ClickHouse: all tables, query_log and its like',
          'answers to clients',
          'Kafka: candor.raw',
          'Kafka: candor.anonymized, packed',
        ]),
      );
    });

    test('a leak is found that was made on purpose in Redis', async () => {
      const dumped = [Buffer.from('claim'), Buffer.from(CONNECTION_CANARIES.forwarded.text)];
      expect(placesOf(await findLeaks(search, writtenPlaces(dumped)))).toEqual(['Redis: keys and values']);
    });
  }),
);
