import { execFile } from 'node:child_process';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { parseEnv, promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { listen, portOf, stopListening } from '../../../services/runtime/listen.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

/** Runs a script of ours; gives what it printed, and its complaint when it failed. */
const run = (script: string, ...args: readonly string[]): Promise<{ stdout: string; stderr: string }> =>
  promisify(execFile)(process.execPath, [script, ...args]).catch((error: { stdout: string; stderr: string }) => error);

const QUERY = 'services/standalone/query.ts';

/** A stand-in for ClickHouse that answers with the user and the password of whoever asks. */
const startServer = async (): Promise<number> => {
  const server = createServer(({ headers }, response) => {
    response.end(Buffer.from(headers.authorization?.replace('Basic ', '') ?? '', 'base64'));
  });
  await listen(server, { host: '127.0.0.1', port: 0, variable: '' });
  onTestFinished(() => stopListening(server));
  return portOf(server);
};

test('npm run env completes a file, and keeps what is in it', async () => {
  const file = join(await temporaryFolder(), '.env');
  await writeFile(file, 'EDGE_PORT=80\nREDIS_PASSWORD=\nCLICKHOUSE_SINK_PASSWORD="#mine"\nCOMPOSE_PROJECT_NAME=own\n');
  await run('infra/docker/create-env.ts', file);
  const first = await readFile(file, 'utf8');
  expect(parseEnv(first)).toMatchObject({
    EDGE_PORT: '80',
    REDIS_PASSWORD: expect.stringMatching(/^[0-9a-f]{36}$/),
    CLICKHOUSE_SINK_PASSWORD: '#mine',
    CLICKHOUSE_HTTP_PORT: '8123',
    COMPOSE_PROJECT_NAME: 'own',
  });
  await run('infra/docker/create-env.ts', file);
  expect(await readFile(file, 'utf8')).toBe(first);
});

test('a new file is for its owner alone', async () => {
  const file = join(await temporaryFolder(), '.env');
  await run('infra/docker/create-env.ts', file);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
});

test.each(['CLICKHOUSE_HTTP_PORT=', 'CLICKHOUSE_URL=http://127.0.0.1:'])(
  'asks as the analyst of a file with %s',
  async (where) => {
    const file = join(await temporaryFolder(), '.env');
    await writeFile(file, `EDGE_UNKNOWN=1\nCLICKHOUSE_ANALYST_PASSWORD=secret\n${where}${await startServer()}\n`);
    const { stdout } = await run(QUERY, '--env-file', file, 'SELECT 1');
    expect(stdout).toBe('analyst:secret');
  },
);

test('a file without a password is told in one line', async () => {
  const { stderr } = await run(QUERY, '--env-file', '.env.example', 'SELECT 1');
  expect(stderr).toBe(
    'candor: the environment does not parse: CLICKHOUSE_ANALYST_PASSWORD: is missing: npm run env writes it\n',
  );
});

test('a file that is not there is told in one line', async () => {
  const { stderr } = await run(QUERY, '--env-file', 'no-such-file', 'SELECT 1');
  expect(stderr).toMatch(/^[^\n]*no-such-file[^\n]*\n$/);
});
