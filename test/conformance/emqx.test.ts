import { describe, expect, test } from 'vitest';
import { DELIVERED, sendTo, startFullEdge, startRealEdge } from '../support/conformance.ts';
import { request } from '../support/http-bytes.ts';

// Erlang's httpc. The result is ignored, except for a 503 with a Retry-After of one or two digits.

const REPORT =
  '{"emqx_version":"5.8.9","license":{"edition":"opensource"},"os_name":"Debian GNU/Linux","os_version":"12","otp_version":"26",' +
  '"up_time":10050,"uuid":"A0F8C6D2-B1E1-11F0-B3F4-2B6E0F6B1C2","cluster_uuid":"A0F8C6D3-B1E1-11F0-9A7E-D9F6A3C5E7B1",' +
  '"nodes_uuid":[],"active_plugins":[],"num_clients":0,"messages_received":0,"messages_sent":0,"build_info":{},' +
  '"vm_specs":{"num_cpus":"unknown","total_memory":8123456789},"authn_authz":{"authn":[],"authn_listener":[],"authz":["file"]}}';

const lines = [
  'POST /api/telemetry HTTP/1.1',
  'content-type: application/json',
  `content-length: ${REPORT.length}`,
  'te: ',
  'host: telemetry.emqx.io',
  'connection: keep-alive',
];

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
