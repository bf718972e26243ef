import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { parseArgs, parseEnv } from 'node:util';
import { z } from 'zod';
import type { ClickHouseAccess } from '../../infra/clickhouse/client.ts';
import { USERS } from '../../infra/clickhouse/embedded/configuration.ts';
import { parseEnvironment, readEnvironment } from '../runtime/environment.ts';
import { messageOf, StartError } from '../runtime/errors.ts';
import { exitUnstarted } from '../runtime/process.ts';
import { secret } from '../runtime/secret.ts';
import { ask, readableFormat } from './ask.ts';
import { standaloneEnvironment } from './config.ts';

const HELP = `Asks the running pipeline with SQL.

  npm run query -- "SELECT product, count() FROM outcomes GROUP BY ALL"
  npm run query -- --format CSVWithNames "SELECT * FROM sonarqube_reports" > reports.csv
  npm run query -- --env-file .env "SELECT count() FROM outcomes"
  npm run --silent query < question.sql

  --format NAME     any format of ClickHouse: TSV, JSONEachRow, Vertical, … (default: a table)
  --env-file FILE   ask the pipeline of docker compose, as ${USERS.analyst}: takes CLICKHOUSE_ANALYST_PASSWORD and
                    CLICKHOUSE_HTTP_PORT (8123), or CLICKHOUSE_URL of a server elsewhere, from this file alone
  --help            this text

Without an argument the query is read from the standard input. Tables show 1000 rows at most, other formats all.
Environment: CLICKHOUSE_HTTP_PORT (8123) of the embedded ClickHouse, or CLICKHOUSE_URL of another one; CLICKHOUSE_USER
(${USERS.analyst}), CLICKHOUSE_PASSWORD. With --env-file it is not looked at.
`;

const codeOf = (error: unknown): string => String((error as NodeJS.ErrnoException | undefined)?.code ?? '');

/** The pipeline's own environment, so that the shell that started it can ask too; but whoever asks only reads. */
const queryEnvironment = { ...standaloneEnvironment, CLICKHOUSE_USER: z.string().default(USERS.analyst) };

/** What a query needs of the file that docker compose reads as well; everything else in it is for the services. */
const composeEnvironment = {
  CLICKHOUSE_URL: queryEnvironment.CLICKHOUSE_URL,
  CLICKHOUSE_HTTP_PORT: queryEnvironment.CLICKHOUSE_HTTP_PORT,
  CLICKHOUSE_ANALYST_PASSWORD: z.string({ error: 'is missing: npm run env writes it' }).pipe(secret),
};

const urlOf = (config: {
  readonly CLICKHOUSE_URL?: string | undefined;
  readonly CLICKHOUSE_HTTP_PORT: number;
}): string => config.CLICKHOUSE_URL ?? `http://127.0.0.1:${config.CLICKHOUSE_HTTP_PORT}`;

const accessOfFile = async (path: string): Promise<ClickHouseAccess> => {
  const content = await readFile(path, 'utf8').catch((error: unknown) => {
    throw new StartError(`${path} can't be read (${codeOf(error)}): npm run env writes a .env`);
  });
  const variables = Object.entries(parseEnv(content)).filter(([name]) => name in composeEnvironment);
  const config = parseEnvironment(composeEnvironment, Object.fromEntries(variables));
  return { url: urlOf(config), username: USERS.analyst, password: config.CLICKHOUSE_ANALYST_PASSWORD.reveal() };
};

const accessOfEnvironment = (): ClickHouseAccess => {
  const config = readEnvironment(queryEnvironment);
  return { url: urlOf(config), username: config.CLICKHOUSE_USER, password: config.CLICKHOUSE_PASSWORD };
};

const run = async (): Promise<void> => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      format: { type: 'string' },
      'env-file': { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  const isAsking = positionals.length > 0 || !process.stdin.isTTY;
  if (values.help || !isAsking) {
    process.stdout.write(HELP);
    return;
  }
  const sql = positionals.length > 0 ? positionals.join(' ') : await text(process.stdin);
  if (sql.trim() === '') throw new StartError('there is no query: see --help');
  const file = values['env-file'];
  const access = file === undefined ? accessOfEnvironment() : await accessOfFile(file);
  await ask(access, sql, values.format ?? readableFormat(process.stdout), process.stdout);
};

// The write that failed throws what there is to say.
process.stdout.on('error', () => undefined);
try {
  await run();
} catch (error) {
  // Whoever reads has seen enough, as `| head` does.
  if (codeOf(error) === 'EPIPE') process.exit(0);
  exitUnstarted(codeOf(error).startsWith('ERR_PARSE_ARGS') ? new StartError(messageOf(error)) : error);
}
