import { z } from 'zod';
import {
  dateTime,
  flag,
  freeText,
  identifier,
  installationId,
  integer,
  MAX_WORD_CHARS,
  version,
  word,
} from '../../../pack/field.ts';
import { topic } from '../topic.ts';

/** Everything before the first word that starts with a dash. */
const withoutFlags = (command: string): string => command.replace(/(?:^|\s)-.*/s, '').trimEnd();

const COMMAND_NOTE = { class: 'free_text', purpose: 'Which commands are used and which fail' } as const;

/**
 * One execution of the command line. The documentation promises that error messages, arguments and flags are not recorded, but
 * since 2.1 `command` ends with the names of flags and `error` holds the error: the former are cut off here, so that no later
 * stage sees them, and the latter is not in the contract. Neither is `payload`, which is always null.
 */
export const cliEvent = z.object({
  topic,
  id: integer('identifier', 'Row number in the samples of the documentation').nullish(),
  timestamp: dateTime('Time of receipt in the samples of the documentation').nullish(),
  uuid: installationId('Correlates the executions of one command line over time'),
  execution_id: identifier('Counting an execution once').nullish(),
  version: version('Adoption of releases of the command line').nullish(),
  command: freeText(COMMAND_NOTE.purpose, MAX_WORD_CHARS).transform(withoutFlags).meta(COMMAND_NOTE).nullish(),
  is_error: flag('usage', 'Share of executions that fail').nullish(),
  os_platform: word('configuration', 'Which operating systems must be supported').nullish(),
  os_arch: word('configuration', 'Which processor architectures must be supported').nullish(),
  server_uuid: identifier('Joining executions with the server they talk to').nullish(),
  server_version: version('Which server releases the command line must support').nullish(),
});

/** An execution of the command line, cleaned. */
export type CliEvent = z.output<typeof cliEvent>;

/** An execution is sent once, at its end; only what lies on the way could repeat it. */
export const cliIdentity = ({ uuid, execution_id }: CliEvent): string | null =>
  execution_id ? `${uuid}:${execution_id}` : null;
