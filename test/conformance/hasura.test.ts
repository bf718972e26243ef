import { describe, expect, test } from 'vitest';
import { DELIVERED, sendTo, startFullEdge, startRealEdge } from '../support/conformance.ts';
import { eventually } from '../support/eventually.ts';
import { request } from '../support/http-bytes.ts';
import { exchange, openConnection } from '../support/raw-http.ts';
import { openWebSocket } from '../support/web-socket.ts';
import { frame, handshake, OPCODES } from '../support/web-socket-bytes.ts';

// Servers note what is not 200, command lines look at nothing, consoles send frames and read none. Nobody tries again.

const WAIT_MS = 10_000;

const SERVER =
  '{"data":{"metadata_db_uid":"3e5f1a1e-7f3e-4b6e-9a53-0c8f5f0d1e11","instance_uid":"7c1d0b7e-2b1f-4b52-8f0d-6f3a9d4e2c12",' +
  '"hasura_version":"v2.48.0","ci":null,"source_metadata":{"db_uid":null,"backend_type":"postgres","db_kind":"postgres",' +
  '"db_version":"140006"},"metrics":{"tables":3,"remote_schemas":null,"service_timings":null}},"topic":"server_metrics_v2"}';

const RESOURCES =
  '{"server_metrics":{"resource_cpu":2048,"resource_memory":8123456789,"resource_checker_error_code":null}}';

const COMMAND =
  '{"data":{"command":"hasura version --skip-update-check","error":{"Err":{"Err":{},"Kind":0},"Op":"cli.Validate"},' +
  '"execution_id":"1b6a8c0e-9a3f-4c6b-8d54-2e7f1a9b3c13","is_error":true,"os_arch":"amd64","os_platform":"linux","payload":null,' +
  '"server_uuid":"","server_version":"","uuid":"f2c9d4e1-6b0a-4f7d-b5c3-9e8a7d6c5b14","version":"v2.48.0"},"topic":"cli"}';

const BESIDE = COMMAND.replace('{"data":{', '{').replace('},"topic"', ',"topic"');

const EVENT =
  '{"data":{"server_version":"v2.48.0","url":"/console/data","console_mode":"cli","console_type":"oss",' +
  '"event_type":"CLICK_EVENT","event_data":{"id":"run-sql"}},"topic":"console-v2"}';

const server = (body: string): string[] => [
  'POST /v1/http HTTP/1.1',
  'Host: telemetry.hasura.io',
  'Accept-Encoding: gzip',
  'Content-Type: application/json',
  'User-Agent: hasura-graphql-engine/v2.48.0',
  `Content-Length: ${body.length}`,
];

const cli = (body: string, ...types: string[]): string[] => [
  'POST /v1/http HTTP/1.1',
  'Host: telemetry.hasura.io',
  'User-Agent: Go-http-client/1.1',
  `Content-Length: ${body.length}`,
  ...types,
  'Accept-Encoding: gzip',
];

const JSON_TYPE = 'Content-Type: application/json';

describe('Hasura server', () => {
  test('posts its data sources one after the other on one connection', async () => {
    const edge = await startRealEdge();
    const connection = await openConnection(edge.port);
    for (const body of [RESOURCES, SERVER, SERVER]) {
      connection.send(request(server(body), body));
      expect(await connection.answer()).toMatchObject(DELIVERED);
    }
    const bodies = (await edge.events()).map(({ body }) => String(body));
    expect(bodies.toSorted()).toEqual([RESOURCES, SERVER, SERVER].toSorted());
  });

  test('notes what is not 200 and does not try again: it gets the plain answer', async () => {
    const edge = await startFullEdge();
    expect((await sendTo(edge, request(server(SERVER), SERVER))).status).toBe(503);
  });
});

describe('Hasura CLI', () => {
  test('asks for the connection to be closed', async () => {
    const edge = await startRealEdge();
    const connection = await openConnection(edge.port);
    connection.send(request(cli(COMMAND, JSON_TYPE, 'Connection: close'), COMMAND));
    expect(await connection.answer()).toMatchObject(DELIVERED);
    await connection.ended;
    expect(await edge.events()).toMatchObject([{ product: 'hasura', door: '/v1/http', encoding: 'identity' }]);
  });

  test('in a newer form has no envelope and no Content-Type', async () => {
    const edge = await startRealEdge();
    expect(await sendTo(edge, request(cli(BESIDE), BESIDE))).toMatchObject(DELIVERED);
    expect((await edge.events()).map(({ body }) => String(body))).toEqual([BESIDE]);
  });
});

describe('Hasura console', () => {
  test('opens a WebSocket from a page of any origin, and each of its text frames is a report', async () => {
    const edge = await startRealEdge();
    const console = await openWebSocket(edge, '/v1/ws', 'https://graphql.example.com');
    console.send(frame(OPCODES.text, EVENT), frame(OPCODES.text, EVENT.replace('run-sql', 'track-table')));
    const events = await eventually('two events', WAIT_MS, async () =>
      (await edge.log.lag('candor.raw', 'anonymizer')) === 2 ? edge.events() : undefined,
    );
    expect(events.map(({ body }) => String(body)).toSorted()[0]).toBe(EVENT);
    for (const event of events)
      expect(event).toMatchObject({ product: 'hasura', door: '/v1/ws', method: 'POST', encoding: 'identity' });
    expect(events[0]?.address).not.toBeNull();
    expect(console.received()).toEqual([]);
  });

  test('is offered no compression, because none of its frames is worth it', async () => {
    const edge = await startRealEdge();
    const answer = await exchange(edge.port, handshake('/v1/ws', 'null'));
    expect(answer).toMatchObject({ status: 101, headers: { 'sec-websocket-accept': 'HSmrc0sMlYUkAGmm5OPpG2HaGWk=' } });
    expect(answer.headers['sec-websocket-extensions']).toBeUndefined();
  });

  test('posts from a browser: the preflight is answered, remembered for a day, and the answer may be read', async () => {
    const edge = await startRealEdge();
    const preflight = await sendTo(
      edge,
      request(
        [
          'OPTIONS /v1/http HTTP/1.1',
          'Host: telemetry.hasura.io',
          'Origin: http://localhost:9695',
          'Access-Control-Request-Method: POST',
          'Access-Control-Request-Headers: content-type',
        ],
        '',
      ),
    );
    expect(preflight).toMatchObject({
      status: 204,
      headers: {
        'access-control-allow-origin': '*',
        'access-control-allow-methods': 'POST',
        'access-control-allow-headers': 'Content-Type, Content-Encoding',
        'access-control-max-age': '86400',
      },
    });
    const answer = await sendTo(edge, request([...server(EVENT), 'Origin: http://localhost:9695'], EVENT));
    expect(answer).toMatchObject(DELIVERED);
    expect(answer.headers).toMatchObject({
      'access-control-allow-origin': '*',
      'access-control-expose-headers': 'Candor-Receipt',
    });
  });
});
