import { describe, expect, test } from 'vitest';
import { BESIDE, COMMAND, cli, EVENT, JSON_TYPE, RESOURCES, SERVER, server } from '../support/clients/hasura.ts';
import { DELIVERED, sendTo, startFullEdge, startRealEdge } from '../support/conformance.ts';
import { eventually } from '../support/eventually.ts';
import { request } from '../support/http-bytes.ts';
import { exchange, openConnection } from '../support/raw-http.ts';
import { openWebSocket } from '../support/web-socket.ts';
import { frame, handshake, OPCODES } from '../support/web-socket-bytes.ts';

// Servers note what is not 200, command lines look at nothing, consoles send frames and read none. Nobody tries again.

const WAIT_MS = 10_000;

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
