import { randomInt } from 'node:crypto';
import type { Admin, ConfigEntries } from 'kafkajs';
import kafkajs from 'kafkajs';
import type { KafkaSettings } from '../../../../schemas/topics/topics.ts';
import { classified } from './kafka-errors.ts';

/**
 * The setting that names a topic's generation. Kafka keeps it with the topic and forgets it with the topic, so that a topic
 * that was deleted and made anew by whatever tool can't pass for the old one. It has no meaning for a topic whose cleanup
 * policy is `delete`: there are no tombstones to retain.
 */
export const GENERATION_SETTING = 'delete.retention.ms';

/** Generations are numbers that nobody would set by hand: 9 to 17 years, 38 random bits. */
const FIRST_GENERATION = 2 ** 38;
const AFTER_LAST_GENERATION = 2 ** 39;

/** A new generation, as a value of {@link GENERATION_SETTING}. */
export const drawGeneration = (): string => String(randomInt(FIRST_GENERATION, AFTER_LAST_GENERATION));

/** What a topic's settings are to be, by Kafka's names, on a cluster that keeps so many replicas. */
export const settingsOf = (topic: KafkaSettings, replicationFactor: number): Map<string, string> =>
  new Map([
    ['retention.ms', String(topic.retentionMs)],
    ['cleanup.policy', topic.cleanupPolicy],
    // As many as there are replicas would stop all writes when one broker is away.
    ['min.insync.replicas', String(Math.max(1, Math.min(topic.minInsyncReplicas, replicationFactor - 1)))],
    ['compression.type', topic.compressionType],
    // What is acknowledged is on a disk: brokers that lose power together would forget it, and give its offsets to other events.
    ['flush.messages', '1'],
    ['max.message.bytes', String(topic.maxMessageBytes)],
  ]);

/** A topic as Kafka has it. */
export interface ExistingTopic {
  readonly name: string;
  readonly partitions: number;
  readonly replicationFactor: number;
  readonly settings: ReadonlyMap<string, string>;
  /** Names of the settings that were made for this topic. */
  readonly ownSettings: ReadonlySet<string>;
  /** Undefined when the topic was not made by Candor. */
  readonly generation: string | undefined;
}

const generationIn = (entries: readonly ConfigEntries[]): string | undefined => {
  const value = Number(entries.find(({ configName }) => configName === GENERATION_SETTING)?.configValue);
  return value >= FIRST_GENERATION && value < AFTER_LAST_GENERATION ? value.toString(36) : undefined;
};

/**
 * The topics among `names` that exist.
 *
 * @throws RetryableError when Kafka is away; PermanentError when it refuses to tell.
 */
export const describeTopics = async (admin: Admin, names: readonly string[]): Promise<ExistingTopic[]> => {
  try {
    const known = new Set(await admin.listTopics());
    const wanted = names.filter((name) => known.has(name));
    if (wanted.length === 0) return [];
    const metadata = await admin.fetchTopicMetadata({ topics: wanted });
    const resources = wanted.map((name) => ({ type: kafkajs.ConfigResourceTypes.TOPIC, name }));
    const configs = await admin.describeConfigs({ resources, includeSynonyms: false });
    return metadata.topics.map(({ name, partitions }) => {
      const entries = configs.resources.find(({ resourceName }) => resourceName === name)?.configEntries ?? [];
      return {
        name,
        partitions: partitions.length,
        replicationFactor: Math.min(...partitions.map(({ replicas }) => replicas.length)),
        settings: new Map(entries.map(({ configName, configValue }) => [configName, configValue])),
        ownSettings: new Set(
          entries
            .filter(({ configSource }) => configSource === kafkajs.ConfigSource.TOPIC_CONFIG)
            .map(({ configName }) => configName),
        ),
        generation: generationIn(entries),
      };
    });
  } catch (error) {
    throw classified(error, 'asking Kafka for its topics');
  }
};
