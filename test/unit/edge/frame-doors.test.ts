import { describe, expect, test, vi } from 'vitest';
import type { ProductCatalog } from '../../../schemas/pack/catalog.ts';
import type { ProductPack } from '../../../schemas/pack/pack.ts';
import { RetryableError } from '../../../services/runtime/errors.ts';
import type { EventLog } from '../../../services/runtime/log/event-log.ts';
import { head } from '../../support/http-bytes.ts';
import { exchange } from '../../support/raw-http.ts';
import { REPORT, startTestEdge, type TestEdge, withAppend } from '../../support/test-edge.ts';
import { tinyCatalog } from '../../support/tiny-catalog.ts';
import { ended, openWebSocket } from '../../support/web-socket.ts';
import { frame, handshake, OPCODES } from '../../support/web-socket-bytes.ts';

const tiny = tinyCatalog.products.get('tiny') as ProductPack;

/** The made-up products, of which one has a console. */
const catalog: ProductCatalog = {
  ...tinyCatalog,
  products: new Map([
    [
      'tiny',
      {
        ...tiny,
        wire: {
          ...tiny.wire,
          endpoints: [...tiny.wire.endpoints, { method: 'POST', path: '/ws', transport: 'websocket' }],
        },
      },
    ],
  ]),
};

const countedFrames = async ({ metrics }: TestEdge): Promise<Readonly<Record<string, number>>> =>
  Object.fromEntries((await metrics.frames.get()).values.map(({ labels, value }) => [labels.outcome, value]));

const WAIT = { timeout: 10_000 };

describe('a frame', () => {
  test.each([
    ['binary', OPCODES.binary, REPORT],
    ['empty', OPCODES.text, ''],
  ])('that is %s is ignored, and no reason to close', async (_what, opcode, payload) => {
    const edge = await startTestEdge({ catalog });
    const socket = await openWebSocket(edge, '/ws');
    socket.send(frame(opcode, payload), frame(OPCODES.text, REPORT));
    await vi.waitFor(async () => expect(await countedFrames(edge)).toEqual({ ignored: 1, accepted: 1 }), WAIT);
    expect((await edge.events()).map(({ body }) => String(body))).toEqual([REPORT]);
  });

  test('that is no UTF-8 is taken as it is', async () => {
    const edge = await startTestEdge({ catalog });
    const socket = await openWebSocket(edge, '/ws');
    socket.send(frame(OPCODES.text, Buffer.from([0x22, 0xff, 0x22])));
    await vi.waitFor(async () => expect(await countedFrames(edge)).toEqual({ accepted: 1 }), WAIT);
    expect((await edge.events())[0]?.body).toEqual(Buffer.from([0x22, 0xff, 0x22]));
  });

  test('above the bound ends the connection before it is held', async () => {
    const edge = await startTestEdge({ catalog });
    const socket = await openWebSocket(edge, '/ws');
    const claims300KiB = Buffer.from([0x81, 0xff, 0, 0, 0, 0, 0, 0x04, 0xb0, 0, 1, 2, 3, 4]);
    socket.send(claims300KiB);
    await ended(socket);
    expect(await countedFrames(edge)).toEqual({ broken: 1 });
  });

  test('that can not be made durable is tried again, while its connection stays open and is not read', async () => {
    let failures = 1;
    const failingOnce = (log: EventLog): EventLog =>
      withAppend(log, async (...values) => {
        if (failures-- > 0) throw new RetryableError('the log is full');
        return log.append(...values);
      });
    const edge = await startTestEdge({ catalog, decorate: failingOnce });
    const socket = await openWebSocket(edge, '/ws');
    socket.send(frame(OPCODES.text, REPORT), frame(OPCODES.text, REPORT));
    await vi.waitFor(async () => expect(await countedFrames(edge)).toEqual({ accepted: 2 }), WAIT);
    expect(socket.received()).toEqual([]);
    expect((await edge.events()).length).toBe(2);
  });

  test('of an address that makes too many requests waits, and is lost only with its connection', async () => {
    const config = {
      EDGE_MAX_REQUESTS_PER_ADDRESS_PER_SECOND: 1,
      EDGE_MAX_REQUEST_BURST_PER_ADDRESS: 2,
      EDGE_UNLIMITED_NETWORKS: [],
    };
    const edge = await startTestEdge({ catalog, config });
    const patient = await openWebSocket(edge, '/ws');
    patient.send(...Array.from({ length: 4 }, () => frame(OPCODES.text, REPORT)));
    await vi.waitFor(async () => expect(await countedFrames(edge)).toEqual({ accepted: 4 }), WAIT);
    const hasty = await openWebSocket(edge, '/ws');
    hasty.send(...Array.from({ length: 4 }, () => frame(OPCODES.text, REPORT)));
    hasty.socket.destroy();
    await vi.waitFor(async () => {
      const { accepted = 0, limited = 0 } = await countedFrames(edge);
      expect(accepted + limited).toBe(8);
      expect(limited).toBeGreaterThan(0);
    }, WAIT);
  });

  test('that is on its way is written before the edge has closed, and its connection told so', async () => {
    const flush = Promise.withResolvers<void>();
    const appending = Promise.withResolvers<void>();
    const slow = (log: EventLog): EventLog =>
      withAppend(log, async (...values) => {
        appending.resolve();
        await flush.promise;
        return log.append(...values);
      });
    const edge = await startTestEdge({ catalog, decorate: slow });
    const socket = await openWebSocket(edge, '/ws');
    socket.send(frame(OPCODES.text, REPORT));
    await appending.promise;
    const closed = edge.close();
    expect(socket.received()).toEqual([]);
    flush.resolve();
    await vi.waitFor(() => expect(socket.received()).toEqual([OPCODES.close]), WAIT);
    socket.send(frame(OPCODES.close, Buffer.from([0x03, 0xe9])));
    await closed;
    expect(await countedFrames(edge)).toEqual({ accepted: 1 });
  });
});

describe('a connection', () => {
  test('is kept as long as pings are answered', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    try {
      const edge = await startTestEdge({ catalog });
      const [answering, silent] = [await openWebSocket(edge, '/ws'), await openWebSocket(edge, '/ws')];
      vi.advanceTimersByTime(30_000);
      await vi.waitFor(() => expect([answering.received(), silent.received()]).toEqual([[9], [9]]), WAIT);
      answering.send(frame(OPCODES.pong, ''), frame(OPCODES.text, REPORT));
      await vi.waitFor(async () => expect(await countedFrames(edge)).toEqual({ accepted: 1 }), WAIT);
      vi.advanceTimersByTime(30_000);
      await ended(silent);
      await vi.waitFor(() => expect(answering.received()).toEqual([9, 9]), WAIT);
      expect(answering.socket.destroyed).toBe(false);
    } finally {
      vi.useRealTimers();
    }
  });

  test('that does not answer the close is ended all the same', async () => {
    const edge = await startTestEdge({ catalog });
    const sockets = [await openWebSocket(edge, '/ws'), await openWebSocket(edge, '/ws')];
    await edge.close();
    await Promise.all(sockets.map(ended));
  });
});

describe('an upgrade', () => {
  test.each([
    ['to a WebSocket at another door', handshake('/tiny', 'null'), 405],
    ['to a WebSocket where there is none', handshake('/', 'null'), 404],
    ['to h2c', head('GET /ws HTTP/1.1', 'Host: localhost', 'Connection: Upgrade', 'Upgrade: h2c'), 426],
    ['to nothing at all', head('GET /ws HTTP/1.1', 'Host: localhost'), 426],
    [
      'with Candor-Echo, which is never stored,',
      handshake('/ws', 'null').replace('\r\n', '\r\nCandor-Echo: rows\r\n'),
      501,
    ],
    ['without a key', handshake('/ws', 'null').replace(/Sec-WebSocket-Key.*\r\n/, ''), 400],
  ])('%s is a plain request', async (_what, bytes, status) => {
    const edge = await startTestEdge({ catalog });
    expect((await exchange(edge.port, bytes)).status).toBe(status);
  });
});
