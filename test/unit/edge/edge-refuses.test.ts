import { describe, expect, test, vi } from 'vitest';
import { PROBLEMS, type ProblemName } from '../../../services/edge/answers.ts';
import { chunk, head } from '../../support/http-bytes.ts';
import { exchange, openConnection } from '../../support/raw-http.ts';
import {
  countedAnswers,
  postReport,
  refusingLog,
  startTestEdge,
  type TestEdgeOptions,
} from '../../support/test-edge.ts';

describe('a refusal', () => {
  const tooLarge = 'x'.repeat(2_000);
  const limited: TestEdgeOptions = { config: { EDGE_MAX_BODY_BYTES: 1_000 } };
  const chunked = head('POST /tiny HTTP/1.1', 'Host: localhost', 'Transfer-Encoding: chunked');

  test.each<[string, ProblemName, string, Readonly<Record<string, string>>, TestEdgeOptions, readonly string[]]>([
    [
      'of an empty body',
      'empty-body',
      'tiny',
      {},
      {},
      [head('POST /tiny HTTP/1.1', 'Host: localhost', 'Content-Length: 0')],
    ],
    ['of a request without a body', 'empty-body', 'tiny', {}, {}, [head('POST /tiny HTTP/1.1', 'Host: localhost')]],
    ['of an empty body in chunks', 'empty-body', 'tiny', {}, {}, [chunked, chunk('')]],
    ['of an unknown path', 'unknown-path', '', {}, {}, [head('POST /other HTTP/1.1', 'Host: localhost')]],
    ['of a root without a known host', 'unknown-path', '', {}, {}, [head('POST / HTTP/1.1', 'Host: localhost')]],
    [
      'of another method',
      'wrong-method',
      'tiny',
      { allow: 'POST' },
      {},
      [head('GET /tiny HTTP/1.1', 'Host: localhost')],
    ],
    [
      'of a length above the bound, before a byte of it came',
      'too-large',
      'tiny',
      { connection: 'close' },
      limited,
      [head('POST /tiny HTTP/1.1', 'Host: localhost', 'Content-Length: 1001')],
    ],
    [
      'of a body that turns out too large',
      'too-large',
      'tiny',
      { connection: 'close' },
      limited,
      [chunked, chunk(tooLarge), chunk('')],
    ],
    [
      'of an encoding that nobody could inflate',
      'unsupported-encoding',
      'tiny',
      { 'accept-encoding': 'identity, gzip, deflate, br, zstd' },
      {},
      [head('POST /tiny HTTP/1.1', 'Host: localhost', 'Content-Encoding: compress', 'Content-Length: 2'), '{}'],
    ],
    [
      'of two encodings at once',
      'unsupported-encoding',
      'tiny',
      {},
      {},
      [head('POST /tiny HTTP/1.1', 'Host: localhost', 'Content-Encoding: gzip, br', 'Content-Length: 2'), '{}'],
    ],
    [
      'by the log',
      'busy',
      'tiny',
      { 'retry-after': '5' },
      { decorate: refusingLog },
      [head('POST /tiny HTTP/1.1', 'Host: localhost', 'Content-Length: 2'), '{}'],
    ],
    [
      'of more than fits into memory',
      'busy',
      'tiny',
      { 'retry-after': '5' },
      { config: { EDGE_MAX_IN_FLIGHT_BYTES: 1_000 } },
      [head('POST /tiny HTTP/1.1', 'Host: localhost', 'Content-Length: 1001'), tooLarge.slice(0, 1_001)],
    ],
  ])('%s is the problem %s', async (_what, name, product, headers, options, parts) => {
    const edge = await startTestEdge(options);
    const answer = await exchange(edge.port, ...parts);
    const { status, title, detail } = PROBLEMS[name];
    expect(answer.status).toBe(status);
    expect(JSON.parse(answer.body)).toEqual({ type: `urn:candor:problem:${name}`, title, status, detail });
    expect(answer.headers).toMatchObject({
      'content-type': 'application/problem+json',
      'content-length': String(answer.body.length),
      ...headers,
    });
    expect(await countedAnswers(edge)).toEqual([[product, status, 1]]);
    expect(await edge.events()).toEqual([]);
  });

  test.each([
    ['by its length', head('POST /tiny HTTP/1.1', 'Host: localhost', 'Content-Length: 5000'), tooLarge],
    ['by counting', chunked, chunk(tooLarge)],
  ])('of a body too large %s ends the connection although the client never does', async (_how, start, part) => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const edge = await startTestEdge(limited);
      const connection = await openConnection(edge.port);
      connection.send(start, part);
      expect((await connection.answer()).status).toBe(413);
      vi.advanceTimersByTime(2_000);
      await connection.ended;
    } finally {
      vi.useRealTimers();
    }
  });

  test('leaves room for the next report: what was refused or cut off is no longer counted', async () => {
    const edge = await startTestEdge({ config: { EDGE_MAX_BODY_BYTES: 1_000, EDGE_MAX_IN_FLIGHT_BYTES: 1_000 } });
    await exchange(edge.port, chunked, chunk('x'.repeat(900)), chunk('x'.repeat(900)), chunk(''));
    const cut = await openConnection(edge.port);
    cut.send(chunked, chunk('x'.repeat(900)));
    cut.socket.destroy();
    await vi.waitFor(async () => expect((await postReport(edge, 'x'.repeat(1_000))).status).toBe(200));
    expect((await postReport(edge, 'x'.repeat(1_000))).status).toBe(200);
    const bodies = (await edge.events()).map(({ body }) => body.length);
    expect(bodies).toEqual([1_000, 1_000]);
  });
});
