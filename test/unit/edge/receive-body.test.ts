import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { expect, onTestFinished, test } from 'vitest';
import { InFlight, receiveBody } from '../../../services/edge/receive-body.ts';
import { portOf } from '../../../services/runtime/listen.ts';
import { chunk } from '../../support/http-bytes.ts';
import { openConnection } from '../../support/raw-http.ts';

const MAX_BODY_BYTES = 50;
const MAX_IN_FLIGHT_BYTES = 100;
const CHUNKED = 'POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n';

/** Receives one body from a connection; `gone` resolves when the request has ended in whatever way. */
const start = async () => {
  const inFlight = new InFlight(MAX_IN_FLIGHT_BYTES);
  const server = createServer().listen(0, '127.0.0.1');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  await once(server, 'listening');
  const requested = once(server, 'request') as Promise<[IncomingMessage, ServerResponse]>;
  const connection = await openConnection(portOf(server));
  const received = requested.then(([request]) => receiveBody(request, MAX_BODY_BYTES, inFlight));
  const gone = requested.then(([, response]) => once(response, 'close'));
  return { inFlight, connection, received, gone };
};

/** The bytes that are counted as in flight. */
const bytesIn = (inFlight: InFlight): number => {
  let free = MAX_IN_FLIGHT_BYTES * 2;
  while (!inFlight.fits(free)) free -= 1;
  return MAX_IN_FLIGHT_BYTES - free;
};

test('a body stays counted until its receiver lets it go', async () => {
  const { inFlight, connection, received, gone } = await start();
  connection.send(CHUNKED, chunk('a'.repeat(20)), chunk('b'.repeat(20)), chunk(''));
  expect(await received).toEqual(Buffer.from('a'.repeat(20) + 'b'.repeat(20)));
  expect(bytesIn(inFlight)).toBe(40);
  connection.socket.destroy();
  await gone;
  expect(bytesIn(inFlight)).toBe(40);
});

test('a body that was cut off is not counted any more', async () => {
  const { inFlight, connection, received, gone } = await start();
  connection.send(CHUNKED, chunk('a'.repeat(20)));
  connection.socket.end();
  expect(await received).toBe('cut');
  await gone;
  expect(bytesIn(inFlight)).toBe(0);
});

test.each([
  ['too-large', [40, 40], 0],
  ['busy', [20, 25], 70],
] as const)(
  'a body that was refused as %s is let go once, also when its client goes away then',
  async (why, sizes, others) => {
    const { inFlight, connection, received, gone } = await start();
    inFlight.add(others);
    connection.send(CHUNKED, ...sizes.map((size) => chunk('x'.repeat(size))));
    expect(await received).toBe(why);
    expect(bytesIn(inFlight)).toBe(others);
    connection.socket.destroy();
    await gone;
    expect(bytesIn(inFlight)).toBe(others);
  },
);
