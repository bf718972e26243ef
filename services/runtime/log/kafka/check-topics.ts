import type { Admin } from 'kafkajs';
import type { Topic } from '../../../../schemas/topics/topics.ts';
import { StartError } from '../../errors.ts';
import type { Logger } from '../../logger.ts';
import { describeTopics, settingsOf } from './topic-settings.ts';

/** The command that makes topics. */
const COMMAND = '`node infra/kafka/create-topics.ts`';

/**
 * Checks that the topics are as the schemas say, and gives the generation of each by name. Settings that have drifted are
 * worth a warning; another number of partitions would break order and lineage.
 *
 * @throws StartError when a topic is missing, has another number of partitions or no generation; RetryableError when Kafka is
 * away.
 */
export const checkTopics = async (
  admin: Admin,
  topics: readonly Pick<Topic, 'name' | 'kafka'>[],
  partitions: number,
  logger: Logger,
): Promise<ReadonlyMap<string, string>> => {
  const names = topics.map(({ name }) => name);
  const existing = new Map((await describeTopics(admin, names)).map((topic) => [topic.name, topic]));
  const missing = names.filter((name) => !existing.has(name));
  if (missing.length > 0) throw new StartError(`Kafka has no topic ${missing.join(', ')}: run ${COMMAND}`);
  const generations = new Map<string, string>();
  for (const { name, kafka } of topics) {
    const found = existing.get(name);
    if (found === undefined) continue;
    if (found.partitions !== partitions) {
      throw new StartError(
        `the topic ${name} has ${found.partitions} partitions in place of ${partitions}: events would change their partition`,
      );
    }
    if (found.generation === undefined) {
      throw new StartError(`the topic ${name} has no generation, it was made by something else: run ${COMMAND}`);
    }
    generations.set(name, found.generation);
    for (const [setting, expected] of settingsOf(kafka, found.replicationFactor)) {
      const actual = found.settings.get(setting);
      if (actual !== expected) logger.warn({ topic: name, setting, expected, actual }, 'a topic setting has drifted');
    }
  }
  return generations;
};
