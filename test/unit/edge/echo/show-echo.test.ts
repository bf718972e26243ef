import { describe, expect, test } from 'vitest';
import type { Echo } from '../../../../services/edge/echo/show-echo.ts';
import type { ReceivedReport } from '../../../../services/edge/write-report.ts';
import { REPORT, startTestEdge, type TestEdge } from '../../../support/test-edge.ts';

const ask = (edge: TestEdge, body: string, path = '/v1/echo/tiny', init: RequestInit = {}): Promise<Response> =>
  fetch(edge.url + path, { method: 'POST', body, ...init });

/** An echo that keeps what it was asked. */
const collecting = (answer: object = { outcome: 'stored' }): { echo: Echo; asked: ReceivedReport[] } => {
  const asked: ReceivedReport[] = [];
  const echo: Echo = (report) => {
    asked.push(report);
    return answer;
  };
  return { echo, asked };
};

describe('the door that shows what would be kept', () => {
  test('answers with what the stages say, and writes nothing', async () => {
    const { echo, asked } = collecting();
    const edge = await startTestEdge({ echo });
    const response = await ask(edge, REPORT);
    expect(response.status).toBe(200);
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(await response.json()).toEqual({ outcome: 'stored' });
    expect(asked).toMatchObject([{ product: 'tiny', client: '127.0.0.1', body: Buffer.from(REPORT) }]);
    expect(await edge.events()).toEqual([]);
  });

  test.each([
    ['empty', '', 400],
    ['too large', 'x'.repeat(256 * 1024 + 1), 413],
  ])('refuses a body that is %s', async (_what, body, status) => {
    const { echo, asked } = collecting();
    expect((await ask(await startTestEdge({ echo }), body)).status).toBe(status);
    expect(asked).toEqual([]);
  });

  test('is not there for an unknown product', async () => {
    const { echo } = collecting();
    expect((await ask(await startTestEdge({ echo }), REPORT, '/v1/echo/other')).status).toBe(404);
  });

  test('rests after each time, nine times as long as that took', async () => {
    const edge = await startTestEdge({
      echo: () => {
        // A stage that works for half a second.
        for (const until = performance.now() + 500; performance.now() < until; );
        return {};
      },
    });
    expect((await ask(edge, REPORT)).status).toBe(200);
    const refused = await ask(edge, REPORT);
    expect(refused.status).toBe(503);
    expect(refused.headers.get('retry-after')).toBe('1');
    // Reports are taken meanwhile.
    expect((await ask(edge, REPORT, '/v1/reports/tiny')).status).toBe(200);
  });
});

describe('a request with Candor-Echo', () => {
  const headers = { 'candor-echo': 'rows' };

  test.each(['/tiny', '/v1/reports/tiny', '/v1/echo/tiny'])(
    'at %s is told what would be kept of what that door takes, and nothing is written',
    async (path) => {
      const { echo, asked } = collecting();
      const edge = await startTestEdge({ echo });
      const response = await ask(edge, REPORT, path, { headers });
      expect(response.status).toBe(200);
      expect(await response.json()).toEqual({ outcome: 'stored' });
      expect(asked).toMatchObject([{ product: 'tiny', door: path, body: Buffer.from(REPORT) }]);
      expect(await edge.events()).toEqual([]);
    },
  );

  test('is one whatever the header says', async () => {
    const { echo, asked } = collecting();
    const edge = await startTestEdge({ echo });
    await ask(edge, REPORT, '/tiny', { headers: { 'candor-echo': '' } });
    expect(asked).toHaveLength(1);
    expect(await edge.events()).toEqual([]);
  });

  test.each([
    ['for batches', 'POST', '/v1/batches/tiny', '[{"id":"1"}]'],
    ['for erasure', 'DELETE', '/v1/installations/tiny/12345678901234567890', undefined],
  ])('is refused at a door %s, and nothing is written', async (_which, method, path, body) => {
    const { echo, asked } = collecting();
    const edge = await startTestEdge({ echo });
    const response = await fetch(edge.url + path, { method, headers, ...(body && { body }) });
    expect(response.status).toBe(501);
    expect(await response.json()).toMatchObject({ type: 'urn:candor:problem:no-echo' });
    expect(asked).toEqual([]);
    expect(await edge.events()).toEqual([]);
  });
});
