import { parseArgs } from 'node:util';
import { z } from 'zod';
import { installationsPath } from '../../schemas/pipeline/erasure.ts';
import { readEnvironment } from '../runtime/environment.ts';
import { messageOf, PermanentError, StartError } from '../runtime/errors.ts';
import { exitUnstarted } from '../runtime/process.ts';
import { standaloneEnvironment } from './config.ts';
import { readOperatorToken } from './operator-token.ts';

const HELP = `Has everything removed that is stored of an installation, and keeps out what it sends from now on.

  npm run forget -- --product sonarqube --id 147B411E-AaH6vsPJ0Uo4X_dadFza

Asks the edge at EDGE_URL (http://127.0.0.1:EDGE_PORT) and shows it EDGE_OPERATOR_TOKEN, or the token in DATA_DIR of the pipeline
that npm start runs. What was removed stands in the table erasures a little later. It can't be taken back.
`;

const environment = { ...standaloneEnvironment, EDGE_URL: z.url().optional() };

const run = async (): Promise<void> => {
  const { values } = parseArgs({
    options: { product: { type: 'string' }, id: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return;
  }
  const { product, id } = values;
  if (!product || !id) throw new StartError('which installation? Give --product and --id, or see --help');
  const config = readEnvironment(environment);
  const token = config.EDGE_OPERATOR_TOKEN ?? (await readOperatorToken(config.DATA_DIR));
  if (token === undefined) {
    throw new StartError(
      `there is no token in ${config.DATA_DIR}: set DATA_DIR to that of npm start, or EDGE_OPERATOR_TOKEN`,
    );
  }
  const url = config.EDGE_URL ?? `http://127.0.0.1:${config.EDGE_PORT}`;
  const path = `${installationsPath(encodeURIComponent(product))}/${encodeURIComponent(id)}`;
  const response = await fetch(new URL(path, url), {
    method: 'DELETE',
    headers: { authorization: `Bearer ${token.reveal()}` },
  }).catch((error: unknown) => {
    throw new PermanentError(`no edge answers at ${url}: ${messageOf(error)}`);
  });
  const answer = (await response.json()) as {
    readonly event_id?: string;
    readonly title?: string;
    readonly detail?: string;
  };
  if (!response.ok) throw new PermanentError(`${answer.title}: ${answer.detail}`);
  process.stdout.write(`Accepted. The table erasures will have it as ${answer.event_id}.\n`);
};

try {
  await run();
} catch (error) {
  const isUsage = String((error as NodeJS.ErrnoException | undefined)?.code ?? '').startsWith('ERR_PARSE_ARGS');
  exitUnstarted(isUsage ? new StartError(messageOf(error)) : error);
}
