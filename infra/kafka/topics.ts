import type { Admin } from 'kafkajs';
import kafkajs from 'kafkajs';
import type { Topic } from '../../schemas/topics/topics.ts';
import { StartError } from '../../services/runtime/errors.ts';
import { classified } from '../../services/runtime/log/kafka/kafka-errors.ts';
import {
  describeTopics,
  drawGeneration,
  type ExistingTopic,
  GENERATION_SETTING,
  settingsOf,
} from '../../services/runtime/log/kafka/topic-settings.ts';

/** What the topics are to be like. */
export interface TopicPlan {
  readonly topics: readonly Pick<Topic, 'name' | 'kafka'>[];
  readonly partitions: number;
  readonly replicationFactor: number;
}

/** What was done about a topic. */
export interface TopicChange {
  readonly topic: string;
  readonly change: 'made' | 'settings changed' | 'as it should be';
}

const RESOURCE = kafkajs.ConfigResourceTypes.TOPIC;

/** Longest wait for a topic's leaders, in ms. */
const CREATE_TIMEOUT_MS = 30_000;

const entriesOf = (settings: ReadonlyMap<string, string>) => [...settings].map(([name, value]) => ({ name, value }));

const create = async (admin: Admin, { topics, partitions, replicationFactor }: TopicPlan): Promise<void> => {
  await admin.createTopics({
    waitForLeaders: true,
    timeout: CREATE_TIMEOUT_MS,
    topics: topics.map(({ name, kafka }) => ({
      topic: name,
      numPartitions: partitions,
      replicationFactor,
      // The topic has its generation from its first moment on.
      configEntries: entriesOf(settingsOf(kafka, replicationFactor).set(GENERATION_SETTING, drawGeneration())),
    })),
  });
};

/** Brings the settings of a topic into line; those that somebody else has made for it stay. */
const align = async (admin: Admin, topic: Pick<Topic, 'kafka'>, found: ExistingTopic): Promise<boolean> => {
  const wanted = settingsOf(topic.kafka, found.replicationFactor);
  if (found.generation === undefined) wanted.set(GENERATION_SETTING, drawGeneration());
  if ([...wanted].every(([name, value]) => found.settings.get(name) === value)) return false;
  // kafkajs knows only the request that replaces all of a topic's own settings.
  const kept = [...found.ownSettings].map((name) => [name, found.settings.get(name) ?? ''] as const);
  const configEntries = entriesOf(new Map([...kept, ...wanted]));
  await admin.alterConfigs({ validateOnly: false, resources: [{ type: RESOURCE, name: found.name, configEntries }] });
  return true;
};

/**
 * Makes the topics that are missing and brings the settings of the others into line. May be run again, and from two places at
 * once.
 *
 * @throws StartError when a topic has another number of partitions; RetryableError when Kafka is away; PermanentError when it
 * refuses.
 */
export const makeTopics = async (admin: Admin, plan: TopicPlan): Promise<TopicChange[]> => {
  const existing = await describeTopics(
    admin,
    plan.topics.map(({ name }) => name),
  );
  const changes: TopicChange[] = [];
  try {
    for (const topic of plan.topics) {
      const found = existing.find(({ name }) => name === topic.name);
      if (found === undefined) {
        await create(admin, { ...plan, topics: [topic] });
        changes.push({ topic: topic.name, change: 'made' });
        continue;
      }
      if (found.partitions !== plan.partitions) {
        throw new StartError(
          `the topic ${topic.name} has ${found.partitions} partitions in place of ${plan.partitions}: events would change their partition`,
        );
      }
      const isChanged = await align(admin, topic, found);
      changes.push({ topic: topic.name, change: isChanged ? 'settings changed' : 'as it should be' });
    }
  } catch (error) {
    throw classified(error, 'making the topics');
  }
  return changes;
};
