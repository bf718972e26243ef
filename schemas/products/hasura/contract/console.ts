import { z } from 'zod';
import { count, flag, freeText, identifier, list, longText, pseudonym, version, word } from '../../../pack/field.ts';
import { topic } from '../topic.ts';

/** Most lines of one stack: browsers stop at 50 frames or fewer unless told otherwise. */
const MAX_STACK_LINES = 1_000;

/** What a browser says of an error may be of any length: an error page that came in place of JSON, for one. */
const message = longText('Finding the cause of errors').nullish();

const stackText = longText('Finding the place of errors in the code');

/** Text or an array of lines, by age of the console. */
const stack = z.union([stackText, list(stackText).max(MAX_STACK_LINES)]).nullish();

/** An event of the console: v1 carries an error in `data`, v2 (since late 2022) details of several events in `event_data`. */
export const consoleEvent = z.object({
  topic,
  server_version: version('Releases in which errors occur').nullish(),
  event_type: word('usage', 'Which parts of the console are used and which fail'),
  url: freeText('Pages on which errors occur').nullish(),
  console_mode: word('configuration', 'Whether a server or the command line serves the console').nullish(),
  console_type: word('configuration', 'Editions in which errors occur').nullish(),
  cli_uuid: identifier('Counting the command lines that serve a console').nullish(),
  server_uuid: identifier('Counting the servers whose consoles have errors').nullish(),
  data: z.object({ message, stack }).nullish(),
  event_data: z
    .object({
      message,
      stack,
      // Data connectors go by the name that their author chose.
      db_kind: freeText('Which kinds of databases are connected').nullish(),
      entity_count: count('Size of the databases that are connected').nullish(),
      entity_hash: pseudonym('Telling a first connection from a repeated one').nullish(),
      feature_flag: word('configuration', 'Adoption of features in trial').nullish(),
      value: flag('configuration', 'Adoption of features in trial').nullish(),
      id: freeText('Which elements of the console are used').nullish(),
    })
    .nullish(),
});

/** An event of the console, cleaned. */
export type ConsoleEvent = z.output<typeof consoleEvent>;
