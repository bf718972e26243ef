import { describe, expect, test } from 'vitest';
import { inflate } from '../../services/runtime/inflate.ts';
import {
  CHUNKED,
  claimingGzip,
  compressed,
  head107,
  METRICS,
  OPT_OUT,
  optOut,
  plain8,
  REPORT,
  REPORT_8,
} from '../support/clients/sonarqube.ts';
import {
  DELIVERED,
  isCutWithoutAnswer,
  sendTo,
  startFullEdge,
  startRealEdge,
  startSmallEdge,
} from '../support/conformance.ts';
import { gzippedInChunks, request } from '../support/http-bytes.ts';

// SonarQube 9.9 and 10.7 send with OkHttp. Any answer is taken for success; a connection that ends without one is an I/O error,
// and the whole cycle is sent again after three hours.

const BOUNDS = { maxBytes: 10_000, maxRatio: 100 };

describe('SonarQube', () => {
  test('sends gzip in chunks, without a length', async () => {
    const edge = await startRealEdge();
    expect(await sendTo(edge, compressed('/sonarqube', REPORT))).toMatchObject(DELIVERED);
    const [event] = await edge.events();
    expect(event).toMatchObject({ product: 'sonarqube', door: '/sonarqube', method: 'POST', encoding: 'gzip' });
    expect(String(inflate(event?.body ?? Buffer.alloc(0), 'gzip', BOUNDS))).toBe(REPORT);
  });

  test('9.9 also accepts gzip in answers, and gets a plain one', async () => {
    const edge = await startRealEdge();
    const [first = '', ...rest] = head107('/sonarqube', CHUNKED);
    const lines = [first, ...rest.slice(0, -1), 'Accept-Encoding: gzip', 'User-Agent: SonarQube/9.9.0.65466'];
    const answer = await sendTo(edge, request(lines, gzippedInChunks(REPORT)));
    expect(answer).toMatchObject(DELIVERED);
    expect(answer.headers['content-encoding']).toBeUndefined();
  });

  test('claims gzip over plain JSON when compression is switched off', async () => {
    const edge = await startRealEdge();
    expect(await sendTo(edge, claimingGzip(REPORT))).toMatchObject(DELIVERED);
    const [event] = await edge.events();
    expect(String(event?.body)).toBe(REPORT);
    expect(String(inflate(event?.body ?? Buffer.alloc(0), event?.encoding ?? '', BOUNDS))).toBe(REPORT);
  });

  test('8.x sends plain JSON and claims nothing', async () => {
    const edge = await startRealEdge();
    expect(await sendTo(edge, plain8(REPORT_8))).toMatchObject(DELIVERED);
    expect(await edge.events()).toMatchObject([{ encoding: 'identity', product: 'sonarqube' }]);
  });

  test('10.7 sends its metrics to another path, one request after the other on the same connection', async () => {
    const edge = await startRealEdge();
    for (const path of ['/sonarqube', '/sonarqube/metrics', '/sonarqube/metrics']) {
      expect(await sendTo(edge, compressed(path, METRICS))).toMatchObject(DELIVERED);
    }
    const doors = (await edge.events()).map(({ door }) => door);
    expect(doors.toSorted()).toEqual(['/sonarqube', '/sonarqube/metrics', '/sonarqube/metrics']);
  });

  test('opts out with a DELETE that has a body', async () => {
    const edge = await startRealEdge();
    expect(await sendTo(edge, optOut(OPT_OUT))).toMatchObject(DELIVERED);
    const [event] = await edge.events();
    expect(event).toMatchObject({ product: 'sonarqube', door: '/sonarqube', method: 'DELETE', encoding: 'identity' });
    expect(String(event?.body)).toBe(OPT_OUT);
  });

  test.each([
    ['a report', compressed('/sonarqube', REPORT)],
    ['metrics', compressed('/sonarqube/metrics', METRICS)],
    ['an opt-out', optOut(OPT_OUT)],
  ])('takes 503 for success, so that %s that can not be kept is cut without an answer', async (_what, bytes) => {
    const edge = await startFullEdge();
    expect(await isCutWithoutAnswer(edge, bytes)).toBe(true);
    expect((await edge.metrics.answers.get()).values).toMatchObject([
      { labels: { product: 'sonarqube', code: 0, problem: 'busy' } },
    ]);
  });

  test('has no bound for its report, and is told 413 in place of a reset', async () => {
    const edge = await startSmallEdge(100);
    const answer = await sendTo(edge, compressed('/sonarqube', REPORT));
    expect(answer).toMatchObject({ status: 413, headers: { connection: 'close' } });
  });
});
