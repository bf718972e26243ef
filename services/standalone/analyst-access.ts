import { readFile } from 'node:fs/promises';
import { parseEnv } from 'node:util';
import { z } from 'zod';
import type { ClickHouseAccess } from '../../infra/clickhouse/client.ts';
import { USERS } from '../../infra/clickhouse/embedded/configuration.ts';
import { parseEnvironment, readEnvironment } from '../runtime/environment.ts';
import { StartError } from '../runtime/errors.ts';
import { secret } from '../runtime/secret.ts';
import { standaloneEnvironment } from './config.ts';

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
    throw new StartError(`${path} can't be read (${(error as NodeJS.ErrnoException).code}): npm run env writes a .env`);
  });
  const variables = Object.entries(parseEnv(content)).filter(([name]) => name in composeEnvironment);
  const config = parseEnvironment(composeEnvironment, Object.fromEntries(variables));
  return { url: urlOf(config), username: USERS.analyst, password: config.CLICKHOUSE_ANALYST_PASSWORD.reveal() };
};

const accessOfEnvironment = (): ClickHouseAccess => {
  const config = readEnvironment(queryEnvironment);
  return { url: urlOf(config), username: config.CLICKHOUSE_USER, password: config.CLICKHOUSE_PASSWORD };
};

/**
 * How to ask questions: as the environment says, or as `envFile` says when one is named.
 *
 * @throws StartError when the file can't be read, or what it or the environment says does not parse.
 */
export const analystAccess = async (envFile: string | undefined): Promise<ClickHouseAccess> =>
  envFile === undefined ? accessOfEnvironment() : accessOfFile(envFile);
