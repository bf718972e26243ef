import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, test, vi } from 'vitest';
import { chunk, head } from '../../../support/http-bytes.ts';
import { exchange, openConnection } from '../../../support/raw-http.ts';
import {
  countedAnswers,
  cutConnections,
  postReport,
  REPORT,
  startTestEdge,
  withAppend,
} from '../../../support/test-edge.ts';

/** In place of loopback, which has no limits. */
const NOBODY = { EDGE_UNLIMITED_NETWORKS: ['192.0.2.1/32'] };
const POST = ['POST /tiny HTTP/1.1', 'Host: localhost'] as const;
const WHOLE = head(...POST, `Content-Length: ${REPORT.length}`) + REPORT;

test('connections above the bound are cut at once, and one that closes makes room', async () => {
  const edge = await startTestEdge({ config: { EDGE_MAX_CONNECTIONS: 2 } });
  const first = await openConnection(edge.port);
  const second = await openConnection(edge.port);
  const third = await openConnection(edge.port);
  await third.ended;
  second.send(WHOLE);
  expect((await second.answer()).status).toBe(200);
  first.socket.destroy();
  await vi.waitFor(async () => expect((await postReport(edge)).status).toBe(200));
  expect((await cutConnections(edge)).connections).toBeGreaterThanOrEqual(1);
});

test('connections of one address above its bound are cut, while another address is served', async () => {
  const edge = await startTestEdge({ config: { EDGE_MAX_CONNECTIONS_PER_ADDRESS: 1, ...NOBODY } });
  const first = await openConnection(edge.port);
  const second = await openConnection(edge.port);
  await second.ended;
  const other = connect({ port: edge.port, host: '127.0.0.1', localAddress: '127.0.0.2' });
  other.write(WHOLE);
  const [answer] = await once(other, 'data');
  expect(String(answer)).toMatch(/^HTTP\/1.1 200/);
  other.destroy();
  first.send(WHOLE);
  expect((await first.answer()).status).toBe(200);
  expect(await cutConnections(edge)).toEqual({ connections_per_address: 1 });
});

test('behind a proxy, whose connections all are, connections are not counted by address', async () => {
  const edge = await startTestEdge({
    config: { EDGE_MAX_CONNECTIONS_PER_ADDRESS: 1, TRUSTED_PROXY_HOPS: 1, ...NOBODY },
  });
  await openConnection(edge.port);
  expect((await postReport(edge)).status).toBe(200);
});

test('requests of one address above its bound are answered with 429, while other addresses are served', async () => {
  const edge = await startTestEdge({
    config: {
      EDGE_MAX_REQUEST_BURST_PER_ADDRESS: 2,
      EDGE_MAX_REQUESTS_PER_ADDRESS_PER_SECOND: 0,
      TRUSTED_PROXY_HOPS: 1,
      ...NOBODY,
    },
  });
  const from = (address: string) => postReport(edge, REPORT, `X-Forwarded-For: ${address}`);
  expect((await from('203.0.113.9')).status).toBe(200);
  expect((await from('203.0.113.9')).status).toBe(200);
  const refused = await from('203.0.113.9');
  expect(refused.status).toBe(429);
  expect(refused.headers['retry-after']).toBe('30');
  expect(JSON.parse(refused.body)).toMatchObject({ type: 'urn:candor:problem:too-many-requests', status: 429 });
  expect((await from('203.0.113.10')).status).toBe(200);
  expect(await countedAnswers(edge)).toEqual([
    ['tiny', 200, 3],
    ['tiny', 429, 1],
  ]);
});

test('an address without limits may do as it likes', async () => {
  const edge = await startTestEdge({
    config: { EDGE_MAX_REQUEST_BURST_PER_ADDRESS: 1, EDGE_MAX_CONNECTIONS_PER_ADDRESS: 1 },
  });
  for (let sent = 0; sent < 5; sent += 1) expect((await postReport(edge)).status).toBe(200);
});

const quick = { EDGE_BODY_RATE_WINDOW_MS: 100, EDGE_MIN_BODY_BYTES_PER_SECOND: 1_000 };

test.each([
  ['never comes', head(...POST, 'Content-Length: 100'), ''],
  ['comes a byte at a time', head(...POST, 'Transfer-Encoding: chunked'), chunk('x')],
])('a body that %s is cut, without an answer', async (_how, start, more) => {
  const edge = await startTestEdge({ config: quick });
  const connection = await openConnection(edge.port);
  connection.send(start);
  const trickle = setInterval(() => connection.send(more), 20);
  await connection.ended;
  clearInterval(trickle);
  await expect(connection.answer()).rejects.toThrow('ended');
  expect(await cutConnections(edge)).toEqual({ slow_body: 1 });
});

test('a body at a good rate may take many windows', async () => {
  const edge = await startTestEdge({ config: quick });
  const connection = await openConnection(edge.port);
  connection.send(head(...POST, 'Transfer-Encoding: chunked'));
  for (let sent = 0; sent < 10; sent += 1) {
    connection.send(chunk('x'.repeat(2_000)));
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  connection.send(chunk(''));
  expect((await connection.answer()).status).toBe(200);
  connection.send(WHOLE);
  expect((await connection.answer()).status).toBe(200);
});

test.each([
  ['headers that never end', { EDGE_HEADERS_TIMEOUT_MS: 50 }, 'POST /tiny HTTP/1.1\r\nHost: localhost\r\n'],
  ['nothing', { EDGE_HEADERS_TIMEOUT_MS: 50 }, ''],
  [
    'a body that never ends',
    { EDGE_REQUEST_TIMEOUT_MS: 100, EDGE_MIN_BODY_BYTES_PER_SECOND: 0 },
    head(...POST, 'Content-Length: 9'),
  ],
])('a client that sends %s is told 408 in the end', async (_what, config, text) => {
  const edge = await startTestEdge({ config });
  const connection = await openConnection(edge.port);
  connection.send(text);
  expect((await connection.answer()).status).toBe(408);
  await connection.ended;
  expect(await cutConnections(edge)).toEqual({ timeout: 1 });
});

test('the report of a client that closes its side at once is kept, although nobody waits for the answer', async () => {
  const edge = await startTestEdge();
  const connection = await openConnection(edge.port);
  connection.socket.end(WHOLE);
  await connection.ended;
  await vi.waitFor(async () => expect(await edge.events()).toHaveLength(1));
});

test('requests in a row are answered in that row', async () => {
  const edge = await startTestEdge();
  const unknown = head('POST /other HTTP/1.1', 'Host: localhost');
  const connection = await openConnection(edge.port);
  connection.send(WHOLE + unknown + WHOLE);
  const statuses = [];
  for (let answered = 0; answered < 3; answered += 1) statuses.push((await connection.answer()).status);
  expect(statuses).toEqual([200, 404, 200]);
});

test('the server is closed only after the reports of clients that have gone are durable', async () => {
  let release = (): void => undefined;
  const written = new Promise<void>((resolve) => {
    release = resolve;
  });
  let appended = false;
  const edge = await startTestEdge({
    decorate: (log) =>
      withAppend(log, async (...values) => {
        await written;
        const offsets = await log.append(...values);
        appended = true;
        return offsets;
      }),
  });
  const connection = await openConnection(edge.port);
  connection.send(WHOLE);
  await vi.waitFor(async () => expect((await exchange(edge.port, head('GET / HTTP/1.1', 'Host: x'))).status).toBe(404));
  connection.socket.destroy();
  const closing = edge.close();
  release();
  await closing;
  expect(appended).toBe(true);
});
