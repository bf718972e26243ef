import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { ENCODINGS } from '../../../services/edge/answers.ts';
import type { EventLog } from '../../../services/runtime/log/event-log.ts';
import { chunk, head } from '../../support/http-bytes.ts';
import { exchange, openConnection } from '../../support/raw-http.ts';
import { countedAnswers, postReport, REPORT, startTestEdge, withAppend } from '../../support/test-edge.ts';

describe('an accepted report', () => {
  test('is answered with 200, a small body and its length, as every real client expects', async () => {
    const edge = await startTestEdge();
    const answer = await postReport(edge);
    const [event] = await edge.events();
    expect(answer.status).toBe(200);
    const receipt = answer.headers['candor-receipt'];
    expect(receipt).toBe(`${event?.event_id}.1.0`);
    expect(answer.body).toBe(`{"status":"accepted","event_id":"${event?.event_id}","receipt":"${receipt}"}\n`);
    expect(answer.headers['content-length']).toBe(String(answer.body.length));
    expect(answer.headers['content-type']).toBe('application/json');
    expect(await countedAnswers(edge)).toEqual([['tiny', 200, 1]]);
  });

  test('is in the log byte for byte, whatever the bytes are', async () => {
    const edge = await startTestEdge();
    const body = randomBytes(500_000);
    expect((await postReport(edge, body)).status).toBe(200);
    const [event] = await edge.events();
    expect(event?.body.equals(body)).toBe(true);
  });

  test('may come in chunks', async () => {
    const edge = await startTestEdge();
    const start = head('POST /tiny HTTP/1.1', 'Host: localhost', 'Transfer-Encoding: chunked');
    const answer = await exchange(edge.port, start, chunk(REPORT.slice(0, 5)), chunk(REPORT.slice(5)), chunk(''));
    expect(answer.status).toBe(200);
    expect((await edge.events())[0]?.body.toString()).toBe(REPORT);
  });

  test.each([
    ['POST /tiny HTTP/1.1', 'localhost', 'tiny', '/tiny'],
    ['POST /tiny?version=1&x=/ HTTP/1.1', 'localhost', 'tiny', '/tiny'],
    ['POST / HTTP/1.1', 'Telemetry.Hashed.example:8080', 'hashed', '/'],
    ['POST /v1/reports/hashed HTTP/1.1', 'localhost', 'hashed', '/v1/reports/hashed'],
  ])('through %s of %s belongs to its product', async (requestLine, host, product, door) => {
    const edge = await startTestEdge();
    await exchange(edge.port, head(requestLine, `Host: ${host}`, 'Content-Length: 2'), '{}');
    expect(await edge.events()).toMatchObject([{ product, door, encoding: 'identity' }]);
  });

  test.each([
    ...ENCODINGS.map((encoding) => [encoding, encoding] as const),
    [' GZIP ', 'gzip'] as const,
    ['', 'identity'] as const,
  ])('with the content encoding "%s" is kept as it came, as %s', async (claimed, encoding) => {
    const edge = await startTestEdge();
    expect((await postReport(edge, REPORT, `Content-Encoding: ${claimed}`)).status).toBe(200);
    const [event] = await edge.events();
    expect([event?.encoding, event?.body.toString()]).toEqual([encoding, REPORT]);
  });

  test('is answered only after it is durable', async () => {
    const effects: string[] = [];
    const flush = Promise.withResolvers<void>();
    const appending = Promise.withResolvers<void>();
    const slow = (log: EventLog): EventLog =>
      withAppend(log, async (...values) => {
        appending.resolve();
        await flush.promise;
        effects.push('durable');
        return log.append(...values);
      });
    const edge = await startTestEdge({ decorate: slow });
    const answered = postReport(edge).then(({ status }) => effects.push(`answered ${status}`));
    await appending.promise;
    expect((await fetch(`${edge.url}/nowhere`)).status).toBe(404);
    effects.push('flushed');
    flush.resolve();
    await answered;
    expect(effects).toEqual(['flushed', 'durable', 'answered 200']);
  });

  test('comes through although its client offers HTTP/2, as Dependency-Track 5 does, and somebody listens for upgrades', async () => {
    const edge = await startTestEdge();
    edge.server.on('upgrade', (_request, socket) => socket.destroy());
    const offer = [
      'Connection: Upgrade, HTTP2-Settings',
      'HTTP2-Settings: AAEAAEAAAAIAAAABAAMAAABkAAQBAAAA',
      'Upgrade: h2c',
    ];
    expect((await postReport(edge, REPORT, ...offer)).status).toBe(200);
    expect((await edge.events())[0]?.body.toString()).toBe(REPORT);
  });

  test('leaves the connection open for the next one', async () => {
    const edge = await startTestEdge();
    const connection = await openConnection(edge.port);
    const request = head('POST /tiny HTTP/1.1', 'Host: localhost', `Content-Length: ${REPORT.length}`) + REPORT;
    for (let time = 0; time < 3; time += 1) {
      connection.send(request);
      expect((await connection.answer()).status).toBe(200);
    }
    expect((await edge.events()).length).toBe(3);
  });
});
