import { z } from 'zod';
import {
  count,
  dateTime,
  decimal,
  type FieldNote,
  flag,
  identifier,
  list,
  version,
  word,
} from '../../../pack/field.ts';
import { contract } from '../../../pack/pack.ts';
import { SHAPES } from '../../../pack/shape.ts';
import { COMMAND_WORDS, diagnosticCounts } from './operation.ts';

/** Most messages of one batch: four times what the client sends at once. */
const MAX_MESSAGES = 1_000;

const diagnostics = (purpose: string) =>
  z
    .object({
      total: count(purpose).nullish(),
      by_type: diagnosticCounts(purpose),
      by_severity: diagnosticCounts(purpose),
    })
    .nullish();

const properties = z.object({
  cookie_id: identifier('Counts users of CloudQuery without knowing them').nullish(),
  instance_id: identifier('Ties together the reports of one run').nullish(),
  version: version('Adoption of releases').nullish(),
  commit_id: word('configuration', 'Tells builds of one version apart').nullish(),
  build_date: word('configuration', 'Age of the binaries in use', SHAPES.date).nullish(),
  env: z
    .object({
      os: word('configuration', 'Which operating systems to build for').nullish(),
      terminal: flag('configuration', 'Interactive use').nullish(),
      ci: flag('configuration', 'Use in CI environments').nullish(),
      faas: flag('configuration', 'Use in function services').nullish(),
    })
    .nullish(),
  success: flag('usage', 'Whether the operation succeeded').nullish(),
  installed_providers: list(word('configuration', 'Which providers are installed', SHAPES.release)).nullish(),
  diagnostics: diagnostics('What kinds of trouble operations have'),
  fetch_provider: word('configuration', 'Speed and reliability of a provider').nullish(),
  fetch_provider_version: version('Speed and reliability of a provider release').nullish(),
  fetch_total_resources_count: count('How much a provider fetches').nullish(),
  fetch_duration: decimal('usage', 'Speed of a provider').nullish(),
  fetch_status: word('usage', 'Reliability of a provider').nullish(),
  fetch_diags: diagnostics('Quality of a provider'),
});

const message = z.object({
  messageId: identifier('Recognises a batch that is sent twice').nullish(),
  /** Providers can name messages as they like, so what is no command word is not kept. */
  event: z
    .string()
    .regex(COMMAND_WORDS)
    .catch('other')
    .meta({ class: 'usage', purpose: 'Which operation was executed' } satisfies FieldNote),
  timestamp: dateTime('When operations run').nullish(),
  properties: properties.nullish(),
});

/**
 * What releases 0.23 to 0.31 send, in the form of RudderStack: a message per operation, and for a fetch one per provider.
 *
 * The user, who can be an e-mail address, the hashes of host name, MAC addresses and configuration, and the texts of errors
 * have no field here.
 */
export const batchContract = contract(
  z.object({ batch: z.array(message).min(1).max(MAX_MESSAGES) }),
  // One process sends a batch, so all its messages have the same cookie.
  ({ batch }) => batch.find(({ properties }) => properties?.cookie_id)?.properties?.cookie_id ?? '',
  ({ batch }) => batch[0]?.messageId || null,
);
