import { brotliCompressSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { RetryableError } from '../../../services/runtime/errors.ts';
import { chunk, head } from '../../support/http-bytes.ts';
import { collectLogLines } from '../../support/log-lines.ts';
import { openConnection } from '../../support/raw-http.ts';
import { startTestEdge, withAppend } from '../../support/test-edge.ts';

/** Stands in everything that a client can send; a log line with it would be a leak. */
const SECRET = 'alice-s3cret';

test('nothing of a header or a body of a client, nor its address, is in a log line', async () => {
  const { logger, lines } = collectLogLines('debug');
  const edge = await startTestEdge({
    logger,
    config: { EDGE_BODY_RATE_WINDOW_MS: 50, EDGE_MAX_BODY_BYTES: 1_000 },
    decorate: (log) => withAppend(log, () => Promise.reject(new RetryableError('the log is full'))),
  });
  const headers = ['Host: localhost', `X-${SECRET}: ${SECRET}`, `User-Agent: ${SECRET}`, `Cookie: ${SECRET}`];
  const post = (...more: readonly string[]): string => head(`POST /tiny?${SECRET} HTTP/1.1`, ...headers, ...more);
  const withLength = (body: string | Buffer): readonly (string | Buffer)[] => [
    post(`Content-Length: ${body.length}`),
    body,
  ];
  const requests: readonly (readonly (string | Buffer)[])[] = [
    withLength(`{"id":"${SECRET}"}`),
    withLength(brotliCompressSync(SECRET)),
    withLength(SECRET.repeat(100)),
    [post(`Content-Encoding: ${SECRET}`, 'Content-Length: 1'), 'x'],
    [post(`Transfer-Encoding: ${SECRET}`)],
    [post(`Content-Length: ${SECRET}`)],
    [post('Transfer-Encoding: chunked'), chunk(SECRET), SECRET],
    [post('Content-Length: 100'), SECRET],
    [head(`${SECRET} /${SECRET} HTTP/1.1`, ...headers)],
    [head(`GET /${SECRET} HTTP/1.1`, ...headers)],
    [head('POST / HTTP/1.1', `Host: ${SECRET}`)],
    [head('POST / HTTP/1.1', `Host: ${SECRET}/${SECRET}`)],
    [`\x16\x03\x01${SECRET}`],
  ];
  for (const parts of requests) {
    const connection = await openConnection(edge.port);
    connection.send(...parts);
    await connection.answer().catch(() => undefined);
    connection.socket.destroy();
  }
  await edge.close();
  expect(lines.length).toBeGreaterThan(0);
  expect(JSON.stringify(lines)).not.toContain(SECRET);
  expect(JSON.stringify(lines)).not.toContain('127.0.0.1');
});
