import { text } from 'node:stream/consumers';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { USERS } from '../../infra/clickhouse/embedded/configuration.ts';
import { readEnvironment } from '../runtime/environment.ts';
import { messageOf, PermanentError, StartError } from '../runtime/errors.ts';
import { ask, readableFormat } from './ask.ts';
import { standaloneEnvironment } from './config.ts';

const HELP = `Asks the running pipeline with SQL.

  npm run query -- "SELECT product, count() FROM outcomes GROUP BY ALL"
  npm run query -- --format CSVWithNames "SELECT * FROM sonarqube_reports" > reports.csv
  npm run --silent query < question.sql

  --format NAME   any format of ClickHouse: TSV, JSONEachRow, Vertical, … (default: a table)
  --help          this text

Without an argument the query is read from the standard input. Tables show 1000 rows at most, other formats all.
Environment: CLICKHOUSE_HTTP_PORT (8123) of the embedded ClickHouse, or CLICKHOUSE_URL of another one; CLICKHOUSE_USER
(${USERS.analyst}), CLICKHOUSE_PASSWORD.
`;

/** The pipeline's own environment, so that the shell that started it can ask too; but whoever asks only reads. */
const queryEnvironment = { ...standaloneEnvironment, CLICKHOUSE_USER: z.string().default(USERS.analyst) };

const run = async (): Promise<void> => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { format: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
  });
  const isAsking = positionals.length > 0 || !process.stdin.isTTY;
  if (values.help || !isAsking) {
    process.stdout.write(HELP);
    return;
  }
  const sql = positionals.length > 0 ? positionals.join(' ') : await text(process.stdin);
  if (sql.trim() === '') throw new StartError('there is no query: see --help');
  const config = readEnvironment(queryEnvironment);
  const access = {
    url: config.CLICKHOUSE_URL ?? `http://127.0.0.1:${config.CLICKHOUSE_HTTP_PORT}`,
    username: config.CLICKHOUSE_USER,
    password: config.CLICKHOUSE_PASSWORD,
  };
  await ask(access, sql, values.format ?? readableFormat(process.stdout), process.stdout);
};

const codeOf = (error: unknown): string => String((error as NodeJS.ErrnoException | undefined)?.code ?? '');

// The write that failed throws what there is to say.
process.stdout.on('error', () => undefined);
try {
  await run();
} catch (error) {
  // Whoever reads has seen enough, as `| head` does.
  if (codeOf(error) === 'EPIPE') process.exit(0);
  const isExpected =
    error instanceof PermanentError || error instanceof StartError || codeOf(error).startsWith('ERR_PARSE_ARGS');
  process.stderr.write(
    isExpected || !(error instanceof Error) ? `candor: ${messageOf(error)}\n` : `${error.stack ?? error.message}\n`,
  );
  process.exit(1);
}
