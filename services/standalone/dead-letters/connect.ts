import { z } from 'zod';
import { PARTITIONS, TOPICS } from '../../../schemas/topics/topics.ts';
import { readEnvironment } from '../../runtime/environment.ts';
import { messageOf, PermanentError } from '../../runtime/errors.ts';
import { kafkaLogEnvironment } from '../../runtime/log/kafka/config.ts';
import { KafkaLog } from '../../runtime/log/kafka/kafka-log.ts';
import { createLogger } from '../../runtime/logger.ts';
import { ConfluentSchemaIds } from '../../runtime/registry/confluent.ts';
import { schemaRegistryEnvironment } from '../../runtime/registry/confluent-config.ts';
import { createReplay, type Replay, type ReplayAnswer } from '../../runtime/replay.ts';
import { standaloneEnvironment } from '../config.ts';

/** A way to have raw events written again. */
export interface ReplayConnection {
  readonly replay: Replay;
  close(): Promise<void>;
}

const KAFKA_BROKERS = z.string().optional();

/** Longest that Kafka may be away before the command gives up. */
const CONNECT_TIMEOUT_MS = 30_000;

/** The embedded log belongs to the running process, so that one is asked. */
const throughAdmin = (): ReplayConnection => {
  const { ADMIN_HOST, ADMIN_PORT } = readEnvironment(standaloneEnvironment);
  const url = `http://${ADMIN_HOST.includes(':') ? `[${ADMIN_HOST}]` : ADMIN_HOST}:${ADMIN_PORT}/replays`;
  const replay: Replay = async (requests) => {
    const body = JSON.stringify(requests);
    const answer = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body }).catch(
      (error: unknown) => {
        throw new PermanentError(`nothing answers at ${url}: replays need the running npm start, or KAFKA_BROKERS`, {
          cause: error,
        });
      },
    );
    if (!answer.ok) throw new PermanentError(`${url} answers ${answer.status}: ${await answer.text()}`);
    return (await answer.json()) as readonly ReplayAnswer[];
  };
  return { replay, close: async () => undefined };
};

const throughKafka = async (): Promise<ReplayConnection> => {
  const config = readEnvironment({ ...standaloneEnvironment, ...kafkaLogEnvironment, ...schemaRegistryEnvironment });
  const { raw } = TOPICS;
  const log = await KafkaLog.open(
    { config, clientId: 'candor-dead-letters', topics: [raw], partitions: PARTITIONS, logger: createLogger('silent') },
    AbortSignal.timeout(CONNECT_TIMEOUT_MS),
  );
  const ids = new ConfluentSchemaIds(config);
  const close = async (): Promise<void> => {
    await ids.close();
    await log.close();
  };
  try {
    return { replay: await createReplay(log, ids), close };
  } catch (error) {
    await close();
    throw new PermanentError(messageOf(error), { cause: error });
  }
};

/**
 * Connects to the log that the environment names.
 *
 * @throws StartError, PermanentError or RetryableError when it can't be reached.
 */
export const connectToReplay = async (): Promise<ReplayConnection> =>
  readEnvironment({ ...standaloneEnvironment, KAFKA_BROKERS }).KAFKA_BROKERS === undefined
    ? throughAdmin()
    : throughKafka();
