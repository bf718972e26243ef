import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { REPORT, SYSTEM, version4, version5 } from '../support/clients/dependency-track.ts';
import { DELIVERED, sendTo, startFullEdge, startRealEdge, startSmallEdge } from '../support/conformance.ts';
import { request } from '../support/http-bytes.ts';

// Exactly 200 is success for 4.x; anything else but 429 is an error with a stack trace in the log, every hour.

const hosted = (host: string): string[] => version4.map((line) => (line.startsWith('Host:') ? `Host: ${host}` : line));

describe('Dependency-Track', () => {
  test('posts to the root of its host', async () => {
    const edge = await startRealEdge();
    expect(await sendTo(edge, request(version4, REPORT))).toMatchObject(DELIVERED);
    const [event] = await edge.events();
    expect(event).toMatchObject({ product: 'dependency-track', door: '/', encoding: 'identity' });
    expect(String(event?.body)).toBe(REPORT);
  });

  test('is not found at the root of another host', async () => {
    const edge = await startRealEdge();
    expect((await sendTo(edge, request(hosted('telemetry.hasura.io'), REPORT))).status).toBe(404);
  });

  test('5.x offers h2c in its POST, which is answered as HTTP/1.1 all the same', async () => {
    const edge = await startRealEdge();
    expect(await sendTo(edge, request(version5, REPORT))).toMatchObject(DELIVERED);
    expect((await edge.events()).map(({ body }) => String(body))).toEqual([REPORT]);
  });

  test('has its system id in the User-Agent, which is kept nowhere', async () => {
    const edge = await startRealEdge();
    const other = '9d5d9a5e-0000-4000-8000-0123456789ab';
    await sendTo(
      edge,
      request(
        version4.map((line) => line.replace(SYSTEM, other)),
        REPORT,
      ),
    );
    const files = (await readdir(edge.logFolder)).map((file) => readFile(join(edge.logFolder, file)));
    const written = Buffer.concat(await Promise.all(files));
    expect(written.includes(SYSTEM)).toBe(true);
    expect(written.includes(other)).toBe(false);
  });

  test('takes 429 quietly and comes back in an hour when its report can not be kept', async () => {
    const edge = await startFullEdge();
    expect((await sendTo(edge, request(version4, REPORT))).status).toBe(429);
  });

  test.each([
    ['an empty body', version4.map((line) => line.replace(/(Content-Length:).*/, '$1 0')), '', 'empty-body'],
    ['a body above the bound', version4, REPORT, 'too-large'],
    ['an encoding nobody knows', [...version4, 'Content-Encoding: compress'], REPORT, 'unsupported-encoding'],
  ])('hears 200 also for %s, because it would complain every hour', async (_what, lines, body, reason) => {
    const edge = await startSmallEdge(50);
    const answer = await sendTo(edge, request(lines, body));
    expect(answer.status).toBe(200);
    expect(JSON.parse(answer.body)).toEqual({ status: 'rejected', reason });
    expect(answer.headers['candor-receipt']).toBeUndefined();
    expect(await edge.events()).toEqual([]);
  });

  test('hears 200 for a document that will become a dead letter', async () => {
    const edge = await startRealEdge();
    const body = 'x'.repeat(REPORT.length);
    expect(await sendTo(edge, request(version4, body))).toMatchObject(DELIVERED);
  });
});
