import { RAW_SCHEMA, type RawEvent } from '../../schemas/topics/raw.ts';
import { valueSubject } from '../../schemas/topics/rows.ts';
import { PARTITIONS, TOPICS } from '../../schemas/topics/topics.ts';
import { Codec } from '../../services/runtime/codec.ts';
import { KafkaLog } from '../../services/runtime/log/kafka/kafka-log.ts';
import { createLogger } from '../../services/runtime/logger.ts';
import type { SchemaIds } from '../../services/runtime/registry/schema-ids.ts';
import { kafkaConfig } from './kafka-log.ts';

const { raw } = TOPICS;

/** The events of the raw topic, partition by partition, in order. */
export const readRawTopic = async (address: string, ids: SchemaIds): Promise<readonly (readonly RawEvent[])[]> => {
  const options = { config: kafkaConfig(address), clientId: 'test', topics: [raw], partitions: PARTITIONS } as const;
  const log = await KafkaLog.open({ ...options, logger: createLogger('silent') }, new AbortController().signal);
  try {
    const group = `reader-${Date.now()}`;
    const codec = await Codec.of<RawEvent>(ids, valueSubject(raw.name), RAW_SCHEMA);
    let missing = await log.lag(raw.name, group);
    const events: RawEvent[][] = Array.from({ length: PARTITIONS }, () => []);
    const stop = new AbortController();
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
