import { word } from '../../pack/field.ts';

/** Kinds by the topic of a report. Enterprise servers' topics are not public, so their reports are told by shape. */
export const KIND_OF_TOPIC: ReadonlyMap<unknown, string> = new Map([
  ['server', 'hasura.server'],
  ['server_test', 'hasura.server'],
  ['server_metrics_v2', 'hasura.server'],
  ['server_metrics_v2_test', 'hasura.server'],
  ['console', 'hasura.console'],
  ['console_test', 'hasura.console'],
  ['console-v2', 'hasura.console'],
  ['console-test-v2', 'hasura.console'],
  ['cli', 'hasura.cli'],
  ['cli_test', 'hasura.cli'],
]);

/** The topic of a report as a field of each contract. */
export const topic = word(
  'configuration',
  'Telling reports of released builds from those of development builds',
).nullish();

/** Whether reports of this topic come from development builds. */
export const isDevelopmentTopic = (name: string | null | undefined): boolean => name?.includes('test') ?? false;
