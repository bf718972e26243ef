import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { DELIVERED, sendTo, startFullEdge, startRealEdge } from '../support/conformance.ts';
import { inChunks, request } from '../support/http-bytes.ts';

// v0.16.2 to v0.22.10 export spans with otlptracehttp: 200 alone is success; after 429 and 503 it keeps the prompt for 30 s.

/** An ExportTraceServiceRequest with one resource whose `service.name` is `cloudquery`. */
const EXPORT = Buffer.from('0a1e0a1c0a1a0a0c736572766963652e6e616d65120a0a08636c6f7564717279', 'hex');

const spans = (...framing: string[]): string[] => [
  'POST /v1/traces HTTP/1.1',
  'Host: telemetry.cloudquery.io',
  'User-Agent: Go-http-client/1.1',
  ...framing,
  'Content-Type: application/x-protobuf',
  'Accept-Encoding: gzip',
];

const BATCH =
  '{"messageId":"c2a7c4f1-1b1e-4c7e-9a43-7b8c9f2d1e10","sentAt":"2022-06-01T10:00:00.123456789Z","batch":[{"type":"track",' +
  '"messageId":"0ea0dc43-7a7c-4a0c-9f46-0d0a4f0c9b11","anonymousId":"f7a5","event":"fetch","timestamp":"2022-06-01T10:00:00Z",' +
  '"properties":{"version":"0.30.0","success":true}}],"context":{"library":{"name":"analytics-go","version":"3.3.0"}}}';

const events = (host: string): string[] => [
  'POST /v1/batch HTTP/1.1',
  `Host: ${host}`,
  'User-Agent: analytics-go (version: 3.3.0)',
  `Content-Length: ${BATCH.length}`,
  `Authorization: Basic ${Buffer.from('writekey:').toString('base64')}`,
  'Content-Type: application/json',
  'Rs-Nodecount: 0',
  'Rs-Targetnode: 0',
  'Rs-Useragent: serverClient',
  'Accept-Encoding: gzip',
];

describe('CloudQuery', () => {
  test('posts protobuf, plain', async () => {
    const edge = await startRealEdge();
    const bytes = request(spans(`Content-Length: ${EXPORT.length}`), EXPORT);
    expect(await sendTo(edge, bytes)).toMatchObject(DELIVERED);
    const [event] = await edge.events();
    expect(event).toMatchObject({ product: 'cloudquery', door: '/v1/traces', encoding: 'identity' });
    expect(event?.body.equals(EXPORT)).toBe(true);
  });

  test('posts gzip in chunks where its user has set OTEL_EXPORTER_OTLP_COMPRESSION', async () => {
    const edge = await startRealEdge();
    const bytes = request(spans('Transfer-Encoding: chunked', 'Content-Encoding: gzip'), inChunks(gzipSync(EXPORT)));
    expect(await sendTo(edge, bytes)).toMatchObject(DELIVERED);
    const [event] = await edge.events();
    expect(event?.encoding).toBe('gzip');
    expect(event?.body.equals(gzipSync(EXPORT))).toBe(true);
  });

  test('is sent to an edge of its user’s by a flag, whatever its host', async () => {
    const edge = await startRealEdge();
    const lines = spans(`Content-Length: ${EXPORT.length}`).map((line) =>
      line.replace('telemetry.cloudquery.io', '127.0.0.1:8080'),
    );
    expect(await sendTo(edge, request(lines, EXPORT))).toMatchObject(DELIVERED);
  });

  test('v0.23 to v0.31 post events in the form of RudderStack, with a login that is kept nowhere', async () => {
    const edge = await startRealEdge();
    expect(await sendTo(edge, request(events('cloudquerypgm.dataplane.rudderstack.com'), BATCH))).toMatchObject(
      DELIVERED,
    );
    const [event] = await edge.events();
    expect(event).toMatchObject({ product: 'cloudquery', door: '/v1/batch', encoding: 'identity' });
    expect(String(event?.body)).toBe(BATCH);
    expect(Object.keys(event ?? {})).not.toContain('authorization');
  });

  test.each([
    ['spans', request(spans(`Content-Length: ${EXPORT.length}`), EXPORT)],
    ['events', request(events('localhost'), BATCH)],
  ])('hangs after 429 and 503, so that %s which can not be kept are answered with 500', async (_what, bytes) => {
    const edge = await startFullEdge();
    const answer = await sendTo(edge, bytes);
    expect(answer.status).toBe(500);
    expect(answer.headers['retry-after']).toBeUndefined();
  });
});
