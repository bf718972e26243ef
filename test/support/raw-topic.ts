import { RAW_SCHEMA, type RawEvent } from '../../schemas/topics/raw.ts';
import { valueSubject } from '../../schemas/topics/rows.ts';
import { PARTITIONS, TOPICS } from '../../schemas/topics/topics.ts';
import { Codec } from '../../services/runtime/codec.ts';
import { KafkaLog } from '../../services/runtime/log/kafka/kafka-log.ts';
import { createLogger } from '../../services/runtime/logger.ts';
import type { SchemaIds } from '../../services/runtime/registry/schema-ids.ts';
import { retrying } from '../../services/runtime/retry.ts';
import { kafkaConfig } from './kafka-log.ts';

const { raw } = TOPICS;

/** The events of the raw topic, partition by partition, in order. */
export const readRawTopic = async (address: string, ids: SchemaIds): Promise<readonly (readonly RawEvent[])[]> => {
  const options = { config: kafkaConfig(address), clientId: 'test', topics: [raw], partitions: PARTITIONS } as const;
  const stop = new AbortController();
  const logger = createLogger('silent');
  const log = await KafkaLog.open({ ...options, logger }, stop.signal);
  try {
    const group = `reader-${Date.now()}`;
    const codec = await Codec.of<RawEvent>(ids, valueSubject(raw.name), RAW_SCHEMA);
    // A new broker has to make up its mind first who coordinates the group.
    let missing = await retrying({ signal: stop.signal, logger, stage: 'test' }, () => log.lag(raw.name, group));
    const events: RawEvent[][] = Array.from({ length: PARTITIONS }, () => []);
    if (missing === 0) return events;
    await log.consume(raw.name, group, stop.signal, async (owned) => {
      for (;;) {
        const records = await owned.next({ records: 1_000, bytes: 10_000_000 });
        if (records === undefined) return;
        const decoded = records.map(({ value }) => codec.decode(value)).filter((event) => event !== undefined);
        events[owned.partition]?.push(...decoded);
        missing -= records.length;
        if (missing <= 0) stop.abort();
      }
    });
    return events;
  } finally {
    await log.close();
  }
};
