import { createServer, type RequestListener } from 'node:http';
import { Writable } from 'node:stream';
import { afterEach, expect, test } from 'vitest';
import { listen, portOf, stopListening } from '../../../services/runtime/listen.ts';
import { ask } from '../../../services/standalone/ask.ts';

const servers: (() => Promise<void>)[] = [];
afterEach(() => Promise.all(servers.splice(0).map((stop) => stop())));

/** Asks a stand-in for ClickHouse; gives what was written and what was thrown. */
const askOf = async (answer: RequestListener) => {
  const server = createServer(answer);
  await listen(server, { host: '127.0.0.1', port: 0, variable: '' });
  servers.push(() => stopListening(server));
  let written = '';
  const out = new Writable({
    write: (chunk, _encoding, done) => {
      written += chunk;
      // As slow as a terminal.
      setTimeout(done, 1);
    },
  });
  const access = { url: `http://127.0.0.1:${portOf(server)}`, username: 'analyst', password: '' };
  const message = await ask(access, 'SELECT 1', 'TSV', out).then(
    () => '',
    (error: Error) => error.message,
  );
  return { written, message };
};

const MESSAGE = 'Code: 60. DB::Exception: Unknown table x\n in scope y. (UNKNOWN_TABLE) (version 26.7.2.1)';
const READABLE = 'Unknown table x in scope y. (UNKNOWN_TABLE)';

/** More than the server's longest message, and more than one read of a socket. */
const ROWS = 'row\n'.repeat(100_000);

test('an answer is written as it is', async () => {
  expect(await askOf((_, response) => response.end(ROWS))).toEqual({ written: ROWS, message: '' });
});

test('a query that fails at once is told in one line', async () => {
  const answered = await askOf((_, response) => response.writeHead(404).end(MESSAGE));
  expect(answered).toEqual({ written: '', message: READABLE });
});

test('nobody there: what to do is said', async () => {
  const access = { url: 'http://127.0.0.1:1', username: 'analyst', password: '' };
  await expect(ask(access, 'SELECT 1', 'TSV', process.stdout)).rejects.toThrow('run npm start first');
});
