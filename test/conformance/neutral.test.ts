import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { DELIVERED, sendTo, startFullEdge, startRealEdge, startSmallEdge } from '../support/conformance.ts';
import { request } from '../support/http-bytes.ts';

// Our own doors: for clients that read answers.

const DOCUMENT = '{"system_id":"5f0c","dt_version":"4.13.0","db_type":"H2","db_version":"2.2"}';

const posted = (path: string, body: string | Buffer, ...headers: readonly string[]): Buffer =>
  request([`POST ${path} HTTP/1.1`, 'Host: localhost', `Content-Length: ${Buffer.byteLength(body)}`, ...headers], body);

const REPORTS = '/v1/reports/dependency-track';
const BATCHES = '/v1/batches/dependency-track';
const LINES = 'Content-Type: application/x-ndjson';

describe('the door for one report', () => {
  test('takes a document of any product by its name', async () => {
    const edge = await startRealEdge();
    expect(await sendTo(edge, posted(REPORTS, DOCUMENT))).toMatchObject(DELIVERED);
    expect(await edge.events()).toMatchObject([{ product: 'dependency-track', door: REPORTS, method: 'POST' }]);
  });

  test('says when to come back', async () => {
    const edge = await startFullEdge();
    const answer = await sendTo(edge, posted(REPORTS, DOCUMENT));
    expect(answer).toMatchObject({ status: 503, headers: { 'retry-after': '5' } });
  });
});

describe('the door for batches', () => {
  test.each([
    ['an array', posted(BATCHES, ` [${DOCUMENT}, ${DOCUMENT}]\n`)],
    ['an array as gzip', posted(BATCHES, gzipSync(`[${DOCUMENT},${DOCUMENT}]`), 'Content-Encoding: gzip')],
    ['lines', posted(BATCHES, `${DOCUMENT}\r\n\n${DOCUMENT}`, LINES)],
  ])('makes an event of each document of %s', async (_what, bytes) => {
    const edge = await startRealEdge();
    const answer = await sendTo(edge, bytes);
    expect(answer.status).toBe(200);
    const { results } = JSON.parse(answer.body) as { results: { status: string; receipt: string }[] };
    expect(results.map(({ status }) => status)).toEqual(['accepted', 'accepted']);
    const events = await edge.events();
    expect(events.map(({ body }) => String(body))).toEqual([DOCUMENT, DOCUMENT]);
    expect(events).toMatchObject(Array(2).fill({ product: 'dependency-track', door: BATCHES, encoding: 'identity' }));
    const ids = events.map(({ event_id }) => event_id);
    expect(results.map(({ receipt }) => receipt.slice(0, 36)).toSorted()).toEqual(ids.toSorted());
    expect(new Set(ids).size).toBe(2);
  });

  test('rejects a line that is no JSON, and takes the others', async () => {
    const edge = await startRealEdge();
    const big = JSON.stringify({ filler: 'x'.repeat(1_000_001) });
    const body = Buffer.concat([Buffer.from(`${DOCUMENT}\n{"cut":\n"`), Buffer.from([0xff]), Buffer.from('"\n')]);
    const answer = await sendTo(edge, posted(BATCHES, Buffer.concat([body, Buffer.from(DOCUMENT)]), LINES));
    const { results } = JSON.parse(answer.body) as { results: object[] };
    const accepted = { status: 'accepted' };
    expect(results).toMatchObject([
      accepted,
      { status: 'rejected', reason: 'not_json' },
      { status: 'rejected', reason: 'not_utf8' },
      accepted,
    ]);
    const large = await sendTo(edge, posted(BATCHES, gzipSync(`${big}\n${DOCUMENT}`), LINES));
    expect((JSON.parse(large.body) as { results: object[] }).results).toMatchObject([
      { status: 'rejected', reason: 'too_large' },
      accepted,
    ]);
    expect((await edge.events()).length).toBe(3);
  });

  test('tells which documents are to be sent again', async () => {
    const edge = await startFullEdge();
    const answer = await sendTo(edge, posted(BATCHES, `${DOCUMENT}\n{`, LINES));
    expect(answer.status).toBe(200);
    expect(JSON.parse(answer.body)).toEqual({
      results: [
        { status: 'retry', retry_after_seconds: 5 },
        { status: 'rejected', reason: 'not_json' },
      ],
    });
    const [counted] = (await edge.metrics.answers.get()).values;
    expect(counted?.labels).toMatchObject({ code: 200, problem: 'busy' });
  });

  test.each([
    ['no array', posted(BATCHES, DOCUMENT), 400, 'malformed-batch'],
    ['an array with a broken element', posted(BATCHES, `[${DOCUMENT},{"a":}]`), 400, 'malformed-batch'],
    ['damaged gzip', posted(BATCHES, gzipSync(DOCUMENT).subarray(0, 30)), 400, 'malformed-batch'],
    ['a bomb', posted(BATCHES, gzipSync(Buffer.alloc(20_000_000, ' '))), 413, 'inflated-too-large'],
    ['1,001 documents', posted(BATCHES, '1\n'.repeat(1_001), LINES), 413, 'too-many-documents'],
    ['1,001 elements', posted(BATCHES, `[${'1,'.repeat(1_000)}1]`), 413, 'too-many-documents'],
    ['nothing', posted(BATCHES, ''), 400, 'empty-body'],
  ])('refuses %s whole', async (_what, bytes, status, problem) => {
    const edge = await startRealEdge();
    const answer = await sendTo(edge, bytes);
    expect(answer.status).toBe(status);
    expect(JSON.parse(answer.body)).toMatchObject({ type: `urn:candor:problem:${problem}`, status });
    expect(await edge.events()).toEqual([]);
  });

  test('takes 1,000 documents at once, and none', async () => {
    const edge = await startRealEdge();
    const many = JSON.parse((await sendTo(edge, posted(BATCHES, `[${'1,'.repeat(999)}1]`))).body) as {
      results: object[];
    };
    expect(many.results.length).toBe(1_000);
    expect(JSON.parse((await sendTo(edge, posted(BATCHES, '[]'))).body)).toEqual({ results: [] });
    expect((await edge.events()).length).toBe(1_000);
  });

  test('stops reading at its bound', async () => {
    const edge = await startSmallEdge(100);
    const answer = await sendTo(edge, posted(BATCHES, `[${DOCUMENT},${DOCUMENT}]`));
    expect(answer).toMatchObject({ status: 413, headers: { connection: 'close' } });
  });
});
