import { describe, expect, test } from 'vitest';
import { lines, REPORT } from '../support/clients/emqx.ts';
import { DELIVERED, sendTo, startFullEdge, startRealEdge } from '../support/conformance.ts';
import { request } from '../support/http-bytes.ts';

// Erlang's httpc. The result is ignored, except for a 503 with a Retry-After of one or two digits.

describe('EMQX', () => {
  test('sends lower-case header names, an empty te and no User-Agent', async () => {
    const edge = await startRealEdge();
    expect(await sendTo(edge, request(lines, REPORT))).toMatchObject(DELIVERED);
    const [event] = await edge.events();
    expect(event).toMatchObject({ product: 'emqx', door: '/api/telemetry', method: 'POST', encoding: 'identity' });
    expect(String(event?.body)).toBe(REPORT);
  });

  test('4.x may be pointed to any host', async () => {
    const edge = await startRealEdge();
    const elsewhere = lines.map((line) => (line.startsWith('host:') ? 'host: telemetry.example.org:8080' : line));
    expect(await sendTo(edge, request(elsewhere, REPORT))).toMatchObject(DELIVERED);
  });

  test('sends again after a 503 with a Retry-After of one or two digits, and only then', async () => {
    const edge = await startFullEdge();
    const answer = await sendTo(edge, request(lines, REPORT));
    expect(answer.status).toBe(503);
    expect(answer.headers['retry-after']).toMatch(/^\d{1,2}$/);
    expect(answer.headers.connection).toBe('keep-alive');
  });
});
