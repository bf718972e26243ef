import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { RAW_SCHEMA, type RawEvent } from '../../schemas/topics/raw.ts';
import { valueSubject } from '../../schemas/topics/rows.ts';
import { PARTITIONS, TOPICS } from '../../schemas/topics/topics.ts';
import { Codec } from '../../services/runtime/codec.ts';
import { parseEnvironment } from '../../services/runtime/environment.ts';
import { KafkaLog } from '../../services/runtime/log/kafka/kafka-log.ts';
import { createLogger } from '../../services/runtime/logger.ts';
import { ConfluentSchemaIds } from '../../services/runtime/registry/confluent.ts';
import { schemaRegistryEnvironment } from '../../services/runtime/registry/confluent-config.ts';
import { retrying } from '../../services/runtime/retry.ts';
import { eventually } from '../support/eventually.ts';
import { describeWithKafka, type KafkaBroker, startKafka } from '../support/kafka.ts';
import { kafkaConfig } from '../support/kafka-log.ts';
import { freePorts, freePortsInARow } from '../support/ports.ts';
import { type RunningProgram, runProgram, runToItsEnd } from '../support/program.ts';
import { describeWithRedis, RedisServer } from '../support/redis.ts';
import { describeWithRegistry, type Registry, startRegistry } from '../support/registry.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const TIMEOUT_MS = 90_000;

/** Time between two questions of the balancer for readiness. */
const BALANCER_CHECK_MS = 100;

/** Many times as long. */
const DRAINING = { EDGE_DRAIN_MS: '3000' };

/** An edge, and where it is asked for its health. */
interface EdgeProgram extends RunningProgram {
  readonly url: string;
  readonly adminUrls: readonly string[];
}

/** The processes that a process has started. */
const childrenOf = async (pid: number): Promise<readonly number[]> =>
  (await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8')).trim().split(' ').map(Number);

const isReady = (adminUrl: string): Promise<boolean> =>
  fetch(`${adminUrl}/readyz`).then(
    ({ ok }) => ok,
    () => false,
  );

describeWithKafka('edges on Kafka', () =>
  describeWithRegistry('a schema registry', () =>
    describeWithRedis('and Redis', () => {
      let kafka: KafkaBroker;
      let registry: Registry;
      let redis: RedisServer;
      let env: Readonly<Record<string, string>>;

      beforeAll(async () => {
        [kafka, registry, redis] = await Promise.all([startKafka(), startRegistry(), RedisServer.start()]);
        const log = { KAFKA_BROKERS: kafka.address, SCHEMA_REGISTRY_URL: registry.url, LOG_LEVEL: 'warn' };
        env = { ...log, REDIS_URL: redis.url.reveal() };
        await Promise.all([
          runToItsEnd('infra/kafka/create-topics.ts', log),
          runToItsEnd('infra/registry/register-schemas.ts', log),
        ]);
      }, 240_000);

      afterAll(async () => {
        await Promise.all([kafka?.close(), registry?.stop(), redis?.close()]);
      }, 60_000);

      const startEdges = async (processes: number, more: Readonly<Record<string, string>> = {}) => {
        // The ports of health follow each other.
        const [[port = 0], adminPort] = await Promise.all([freePorts(1), freePortsInARow(processes)]);
        const ports = { EDGE_PORT: `${port}`, ADMIN_PORT: `${adminPort}`, EDGE_PROCESSES: `${processes}` };
        const spool = { EDGE_SPOOL_DIR: await temporaryFolder() };
        const program = runProgram('services/edge/main.ts', { ...env, ...ports, ...spool, ...more });
        onTestFinished(async () => {
          await program.end('SIGKILL');
        });
        const adminUrls = Array.from({ length: processes }, (_, index) => `http://127.0.0.1:${adminPort + index}`);
        const edge: EdgeProgram = { ...program, url: `http://127.0.0.1:${port}`, adminUrls };
        for (const adminUrl of adminUrls)
          await eventually('an edge to be ready', 60_000, async () => (await isReady(adminUrl)) || undefined);
        return edge;
      };

      /** Posts reports in four lanes, each over connections of its own, until it is stopped. */
      const startPosting = (target: () => string) => {
        const accepted: string[] = [];
        const failed: unknown[] = [];
        let isStopped = false;
        const lane = async (): Promise<void> => {
          while (!isStopped) {
            const body = '{"id":"00000000-0000-4000-8000-000000000000","version":"10.7.0.96327"}';
            try {
              const answer = await fetch(`${target()}/sonarqube`, { method: 'POST', body });
              const { event_id } = (await answer.json()) as { event_id?: string };
              if (event_id === undefined) failed.push(answer.status);
              else accepted.push(event_id);
            } catch (error) {
              failed.push(error);
            }
            await sleep(5);
          }
        };
        const lanes = Promise.all(Array.from({ length: 4 }, lane));
        return {
          accepted,
          failed,
          untilAccepted: (more: number) => {
            const enough = accepted.length + more;
            return eventually(`${more} reports`, 30_000, () => accepted.length >= enough || undefined);
          },
          stop: async () => {
            isStopped = true;
            await lanes;
          },
        };
      };

      /** The ids of all events in the raw log. */
      const storedIds = async (): Promise<ReadonlySet<string>> => {
        const config = kafkaConfig(kafka.address);
        const { raw } = TOPICS;
        const stop = new AbortController();
        const parts = { clientId: 'test', partitions: PARTITIONS, logger: createLogger('silent') };
        const log = await KafkaLog.open({ config, topics: [raw], ...parts }, stop.signal);
        const ids = new ConfluentSchemaIds(
          parseEnvironment(schemaRegistryEnvironment, { SCHEMA_REGISTRY_URL: registry.url }),
        );
        const codec = await Codec.of<RawEvent>(ids, valueSubject(raw.name), RAW_SCHEMA);
        // A broker that has just started does not know yet who coordinates a new group.
        const retry = { signal: stop.signal, logger: parts.logger, stage: 'test' };
        const count = await retrying(retry, () => log.lag(raw.name, 'test'));
        const found = new Set<string>();
        await log.consume(raw.name, 'test', stop.signal, async (owned) => {
          for (;;) {
            const batch = await owned.next({ records: 1_000, bytes: 100_000_000 });
            if (batch === undefined) return;
            for (const { value } of batch) found.add(codec.decode(value)?.event_id ?? '');
            if (found.size >= count) stop.abort();
          }
        });
        await log.close();
        await ids.close();
        return found;
      };

      test(
        'of two processes share a port, replace the one that is killed, and stop without losing a report',
        async () => {
          const edge = await startEdges(2);
          const posting = startPosting(() => edge.url);
          await posting.untilAccepted(50);
          await posting.stop();
          expect(posting.failed).toEqual([]);
          for (const adminUrl of edge.adminUrls) {
            const metrics = await (await fetch(`${adminUrl}/metrics`)).text();
            expect(metrics).toMatch(/^candor_edge_answers_total\{product="sonarqube",code="200"\} \d+$/m);
          }

          const [, victim = 0] = await childrenOf(edge.pid);
          process.kill(victim, 'SIGKILL');
          await eventually('the killed process to be replaced', 60_000, async () => {
            const children = await childrenOf(edge.pid);
            const areReady = await Promise.all(edge.adminUrls.map(isReady));
            return (children.length === 2 && !children.includes(victim) && areReady.every(Boolean)) || undefined;
          });

          const again = startPosting(() => edge.url);
          await again.untilAccepted(50);
          const ended = edge.end('SIGTERM');
          await sleep(50);
          await again.stop();
          expect(await ended).toBe(0);
          expect(await Promise.all(edge.adminUrls.map(isReady))).toEqual([false, false]);
          const stored = await storedIds();
          expect([...posting.accepted, ...again.accepted].filter((id) => !stored.has(id))).toEqual([]);
        },
        TIMEOUT_MS,
      );

      test(
        'are replaced one by one behind a balancer: no report is lost and none refused',
        async () => {
          const edges = new Set([await startEdges(1, DRAINING), await startEdges(1, DRAINING)]);
          const [first, second] = [...edges];
          let ready = [...edges].map(({ url }) => url);
          const balancer = setInterval(async () => {
            const asked = [...edges].map(async (edge) => ({ edge, up: await isReady(edge.adminUrls[0] ?? '') }));
            ready = (await Promise.all(asked)).filter(({ up }) => up).map(({ edge }) => edge.url);
          }, BALANCER_CHECK_MS);
          onTestFinished(() => clearInterval(balancer));
          let turn = 0;
          const posting = startPosting(() => {
            turn += 1;
            return ready[turn % ready.length] ?? '';
          });
          await posting.untilAccepted(100);
          expect(await first?.end('SIGTERM')).toBe(0);
          edges.add(await startEdges(1, DRAINING));
          await posting.untilAccepted(100);
          expect(await second?.end('SIGTERM')).toBe(0);
          await posting.untilAccepted(100);
          await posting.stop();
          expect(posting.failed).toEqual([]);
          const stored = await storedIds();
          expect(posting.accepted.filter((id) => !stored.has(id))).toEqual([]);
        },
        TIMEOUT_MS,
      );

      test('that can not start say why, once and for all', async () => {
        const program = runProgram('services/edge/main.ts', { ...env, EDGE_PROCESSES: '2', EDGE_HOST: '192.0.2.1' });
        expect(await program.ended).toBe(1);
        expect(program.output()).toContain('candor: 192.0.2.1:8080');
      });
    }),
  ),
);
