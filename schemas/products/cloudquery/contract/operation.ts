import { z } from 'zod';
import {
  count,
  dateTime,
  decimal,
  type FieldNote,
  flag,
  freeText,
  identifier,
  installationId,
  list,
  MAX_WORD_CHARS,
  version,
  word,
} from '../../../pack/field.ts';
import { contract } from '../../../pack/pack.ts';
import { SHAPES } from '../../../pack/shape.ts';

/** Most different keys of one map of diagnostics: the clients know some 5 severities and 15 types. */
const MAX_DIAGNOSTIC_KEYS = 256;

/** Command words only (`policy run`): a path, a URL or an option has no place in this pattern. */
export const COMMAND_WORDS = /^[a-z_-]{1,32}(?: [a-z_-]{1,32}){0,3}$/;

/** Clients classify the errors they know; `other` stands for all that they sent as a text, which is never kept. */
export const ERROR_CLASSES = ['cancelled', 'auth', 'connection', 'database', 'other'] as const;

const errorClass = (purpose: string) =>
  z
    .enum(ERROR_CLASSES)
    .meta({ class: 'usage', purpose } satisfies FieldNote)
    .nullish();

/** Numbers of diagnostics by what `purpose` says; bounded. */
export const diagnosticCounts = (purpose: string) =>
  z
    .record(word('usage', purpose, SHAPES.dotted), count(purpose))
    .refine((counts) => Object.keys(counts).length <= MAX_DIAGNOSTIC_KEYS)
    .nullish();

const provider = z.object({
  name: word('configuration', 'Which providers are installed'),
  version: version('Adoption of provider releases').nullish(),
  instances: count('How many configurations of one provider a run fetches').nullish(),
  resources: count('How much a provider fetches').nullish(),
  warnings: count('Quality of a provider').nullish(),
  errors: count('Quality of a provider').nullish(),
  status: word('usage', 'Reliability of a provider').nullish(),
  duration_ms: decimal('usage', 'Speed of a provider').nullish(),
  diagnostics: diagnosticCounts('Kinds of trouble a provider has, keyed severity.type'),
});

const span = z.object({
  span_id: identifier('Tells the parts of an operation apart').nullish(),
  parent_span_id: identifier('Which part of the operation another belongs to').nullish(),
  name: word('usage', 'Which part of the operation took how long'),
  started_at: dateTime('Order of the parts of an operation').nullish(),
  duration_ms: decimal('usage', 'Which part of the operation took how long').nullish(),
  success: flag('usage', 'Which part of the operation fails').nullish(),
  error_class: errorClass('Which part of the operation fails in which way'),
  provider: word('configuration', 'Speed and reliability of a provider').nullish(),
  provider_version: version('Speed and reliability of a provider release').nullish(),
  old_version: version('Reliability of provider upgrades').nullish(),
  new_version: version('Reliability of provider upgrades').nullish(),
  module: word('configuration', 'Use of modules such as drift').nullish(),
});

/**
 * One operation of the `cloudquery` binary, or a part of one: a long operation reports the spans that have ended before it
 * ends itself, then without `operation`. `run_id` ties the parts together.
 *
 * What the documentation promises not to store has no field here: arguments (hence no policy names either), options, error
 * texts; nor do the hashes of host name, MAC addresses and configuration that some releases send.
 */
const operation = z.object({
  cookie: installationId('Counts users of CloudQuery without knowing them'),
  random_id_persisted: flag(
    'configuration',
    'Whether the cookie outlives the run, so that users can be counted',
  ).nullish(),
  run_id: identifier('Ties together the reports of one run').nullish(),
  operation: word('usage', 'Which operation was executed').regex(COMMAND_WORDS).nullish(),
  started_at: dateTime('When operations run').nullish(),
  duration_ms: decimal('usage', 'How long the operation took').nullish(),
  success: flag('usage', 'Whether the operation succeeded').nullish(),
  error_class: errorClass('In which way the operation failed'),
  version: version('Adoption of releases').nullish(),
  commit: word('configuration', 'Tells builds of one version apart').nullish(),
  build_date: word('configuration', 'Age of the binaries in use', SHAPES.date).nullish(),
  ci: flag('configuration', 'Use in CI environments').nullish(),
  terminal: flag('configuration', 'Interactive use').nullish(),
  faas: flag('configuration', 'Use in function services').nullish(),
  os_type: word('configuration', 'Which operating systems to build for').nullish(),
  os_description: freeText('Which operating system versions to build for').nullish(),
  runtime: z
    .object({
      name: word('configuration', 'Which compiler built the binary').nullish(),
      version: version('Which Go release built the binary').nullish(),
      description: freeText('Which platform the binary was built for', MAX_WORD_CHARS).nullish(),
    })
    .nullish(),
  sdk: z
    .object({
      name: word('configuration', 'Which telemetry library wrote the report').nullish(),
      language: word('configuration', 'Which telemetry library wrote the report').nullish(),
      version: version('Which telemetry library wrote the report').nullish(),
    })
    .nullish(),
  history_enabled: flag('configuration', 'Adoption of the history mode').nullish(),
  providers: list(provider).nullish(),
  fetch: z
    .object({
      resources: count('How much is fetched').nullish(),
      warnings: count('Quality of fetching').nullish(),
      errors: count('Quality of fetching').nullish(),
    })
    .nullish(),
  diagnostics: z
    .object({
      total: count('How much trouble operations have').nullish(),
      by_type: diagnosticCounts('What kinds of trouble operations have'),
      by_severity: diagnosticCounts('How severe the trouble of operations is'),
    })
    .nullish(),
  spans: list(span).nullish(),
});

/** A span leaves its process once, so the first one tells a report from all others. */
export const operationContract = contract(
  operation,
  (document) => document.cookie,
  ({ run_id, spans }) => (run_id && spans?.[0]?.span_id ? `${run_id}:${spans[0].span_id}` : null),
);
