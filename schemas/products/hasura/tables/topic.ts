import { column, type RowOf } from '../../../pack/table.ts';
import { isDevelopmentTopic } from '../topic.ts';

/** Columns that every report table begins with. */
export const TOPIC_COLUMNS = {
  topic: column('LowCardinality(String)', 'Topic that the client put on the report; empty when it put none'),
  development_build: column('Bool', 'Whether the topic is one of development builds, such as server_test'),
};

/** The topic's columns of one report. */
export const topicColumns = (topic: string | null | undefined): RowOf<typeof TOPIC_COLUMNS> => ({
  topic: topic ?? '',
  development_build: isDevelopmentTopic(topic),
});
