import { text } from 'node:stream/consumers';
import { parseArgs } from 'node:util';
import { USERS } from '../../infra/clickhouse/embedded/configuration.ts';
import { messageOf, StartError } from '../runtime/errors.ts';
import { exitUnstarted } from '../runtime/process.ts';
import { analystAccess } from './analyst-access.ts';
import { ask, readableFormat } from './ask.ts';

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
  const access = await analystAccess(values['env-file']);
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
