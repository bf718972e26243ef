import type { Admin } from 'kafkajs';
import kafkajs from 'kafkajs';
import { TOPICS } from '../../../schemas/topics/topics.ts';
import { describeTopics } from '../../../services/runtime/log/kafka/topic-settings.ts';

/** Kafka removes whole segments, so there have to be some within the time. */
const SEGMENTS = 8;

/** Has Kafka keep the records of all topics for no longer than `ms`, read or not. */
export const keepRecordsFor = async (admin: Admin, ms: number): Promise<void> => {
  const names = Object.values(TOPICS).map(({ name }) => name);
  const changes = new Map([
    ['retention.ms', String(ms)],
    ['segment.ms', String(ms / SEGMENTS)],
  ]);
  const resources = (await describeTopics(admin, names)).map(({ name, settings, ownSettings }) => {
    // kafkajs knows only the request that replaces all of a topic's own settings.
    const kept = [...ownSettings].map((setting) => [setting, settings.get(setting) ?? ''] as const);
    const configEntries = [...new Map([...kept, ...changes])].map(([setting, value]) => ({ name: setting, value }));
    return { type: kafkajs.ConfigResourceTypes.TOPIC, name, configEntries };
  });
  await admin.alterConfigs({ validateOnly: false, resources });
};

/** Records of the raw topic that Kafka does not keep any more. */
export const removedRawRecords = async (admin: Admin): Promise<number> => {
  const partitions = await admin.fetchTopicOffsets(TOPICS.raw.name);
  return partitions.reduce((sum, { low }) => sum + Number(low), 0);
};
