import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Metrics } from '../../runtime/metrics.ts';
import type { EdgeConfig } from '../edge.ts';
import { createAddressKey } from './address-key.ts';
import { BodyRate } from './body-rate.ts';
import { type CutReason, closeConnection, reasonOf } from './client-error.ts';
import { ConnectionLimit } from './connection-limit.ts';
import { RequestLimit } from './request-limit.ts';
import { laxityOf } from './strict-request.ts';

/** Time between two looks for addresses that can be forgotten. */
const FORGET_INTERVAL_MS = 30_000;

/** Takes over a connection on which a WebSocket is to be opened. */
export type OpenFrames = (request: IncomingMessage, socket: Duplex, head: Buffer) => void;

/** The limits of one edge. */
export interface Limits {
  /** Hands on what is within the limits of connections and of syntax. */
  guard(handle: RequestListener): RequestListener;
  /** The same for requests that open a WebSocket. */
  guardUpgrade(open: OpenFrames): OpenFrames;
  /** Limits the connections of a server, and counts those that are cut. */
  watch(server: Server): void;
  /** Counts a request, or a frame, against the address of its client; false when it is one too many. */
  admit(client: string | undefined): boolean;
  close(): void;
}

/** Creates the limits that are configured. */
export const createLimits = (config: EdgeConfig, metrics: Metrics): Limits => {
  const keyOf = createAddressKey(config.EDGE_UNLIMITED_NETWORKS);
  const requests = new RequestLimit({
    perSecond: config.EDGE_MAX_REQUESTS_PER_ADDRESS_PER_SECOND,
    burst: config.EDGE_MAX_REQUEST_BURST_PER_ADDRESS,
    maxAddresses: config.EDGE_MAX_REMEMBERED_ADDRESSES,
  });
  const forgetting = setInterval(() => requests.forget(performance.now()), FORGET_INTERVAL_MS).unref();
  const connections = new ConnectionLimit(
    {
      max: config.EDGE_MAX_CONNECTIONS,
      // Behind a proxy all connections are the proxy's.
      maxPerAddress: config.TRUSTED_PROXY_HOPS > 0 ? Number.POSITIVE_INFINITY : config.EDGE_MAX_CONNECTIONS_PER_ADDRESS,
    },
    keyOf,
  );
  /** The last response of a connection: as long as nothing of it has been sent, there is room for a last word. */
  const responses = new WeakMap<Duplex, ServerResponse>();

  /** Connections that have been cut: whatever else their client has sent is not looked at. */
  const ended = new WeakSet<Duplex>();
  const cut = (socket: Duplex, reason: CutReason): void => {
    if (ended.has(socket)) return;
    ended.add(socket);
    metrics.connectionsCut.inc({ reason });
    closeConnection(socket, reason, !responses.get(socket)?.headersSent);
  };
  const bodies = new BodyRate(config.EDGE_MIN_BODY_BYTES_PER_SECOND, config.EDGE_BODY_RATE_WINDOW_MS, ({ socket }) =>
    cut(socket, 'slow_body'),
  );

  return {
    guard: (handle) => (request, response) => {
      const laxity = laxityOf(request, config.EDGE_MAX_HEADERS);
      if (laxity !== undefined) cut(request.socket, laxity);
      if (ended.has(request.socket)) return;
      responses.set(request.socket, response);
      bodies.watch(request);
      handle(request, response);
    },
    guardUpgrade: (open) => (request, socket, head) => {
      const laxity = laxityOf(request, config.EDGE_MAX_HEADERS);
      if (laxity === undefined) open(request, socket, head);
      else cut(socket, laxity);
    },
    watch: (server) => {
      server.on('connection', (socket: Socket) => {
        const refusal = connections.take(socket);
        if (refusal !== undefined) return cut(socket, refusal);
        metrics.connections.inc();
        socket.once('close', () => metrics.connections.dec());
      });
      server.on('clientError', (error: Error, socket) => cut(socket, reasonOf(error)));
    },
    admit: (client) => {
      const key = keyOf(client);
      return key === undefined || requests.take(key, performance.now());
    },
    close: () => {
      clearInterval(forgetting);
      bodies.close();
    },
  };
};
