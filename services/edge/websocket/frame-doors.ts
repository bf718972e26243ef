import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { type RawData, type WebSocket, WebSocketServer } from 'ws';
import { clientAddress, type TrustedProxies } from '../client-address.ts';
import type { Door, Routes } from '../routes.ts';
import { type FrameParts, Frames } from './frames.ts';

/** Largest frame: a console's largest event, an error with its stack, has some KiB. */
const MAX_FRAME_BYTES = 256 * 1024;

/** Time between two pings; who has not answered one when the next is due is gone. Balancers wait a minute for a sign of life. */
const PING_INTERVAL_MS = 30_000;

/** The time over which connections are closed at the end, in ms: every browser is back as soon as it is let go. */
const CLOSE_SPREAD_MS = 3_000;

/** How long a client may take to close its side, in ms. */
const CLOSE_TIMEOUT_MS = 1_000;

/** Close code of a server that goes away (RFC 6455, 7.4.1). */
const GOING_AWAY = 1001;

/** An open connection. */
interface Connection {
  readonly frames: Frames;
  /** Whether the last ping was answered. */
  isAlive: boolean;
}

/** What the doors for frames work with. */
export interface FrameDoorParts extends FrameParts {
  readonly routes: Routes;
  readonly proxies: TrustedProxies;
}

/** The doors where a WebSocket is opened and each text frame is a report. */
export class FrameDoors {
  readonly #parts: FrameDoorParts;
  readonly #server = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_FRAME_BYTES,
    perMessageDeflate: false,
    // Bytes are looked into later; a frame is no reason to close.
    skipUTF8Validation: true,
  });
  readonly #connections = new Map<WebSocket, Connection>();
  readonly #stop = new AbortController();
  readonly #pings: NodeJS.Timeout;

  constructor(parts: FrameDoorParts) {
    this.#parts = parts;
    this.#pings = setInterval(() => this.#ping(), PING_INTERVAL_MS).unref();
  }

  /**
   * Whether a request opens a WebSocket at a door for frames. Everything else that offers an upgrade is a plain request:
   * Dependency-Track 5 offers h2c in its POST; and with `Candor-Echo` nothing may be stored, so there is nothing to open.
   */
  isUpgrade(request: IncomingMessage): boolean {
    const { upgrade, 'candor-echo': echo } = request.headers;
    return upgrade?.toLowerCase() === 'websocket' && echo === undefined && this.#doorOf(request) !== undefined;
  }

  /**
   * Opens the connection. Its Origin is not looked at: consoles are pages of their owners' own hosts, and there is neither a
   * cookie nor an answer that a foreign page could misuse.
   */
  open(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const door = this.#doorOf(request);
    if (door === undefined || this.#stop.signal.aborted) {
      socket.destroy();
      return;
    }
    const client = clientAddress(request, this.#parts.proxies);
    this.#server.handleUpgrade(request, socket, head, (webSocket) => this.#attend(webSocket, door, client));
  }

  /** Closes all connections, one after the other, when their frames are durable. */
  async close(): Promise<void> {
    clearInterval(this.#pings);
    this.#stop.abort();
    const connections = [...this.#connections];
    const pauseMs = CLOSE_SPREAD_MS / connections.length;
    await Promise.all(
      connections.map(async ([webSocket, { frames }], index) => {
        await sleep(index * pauseMs);
        await frames.settled;
        const closed = new Promise<void>((resolve) => webSocket.once('close', () => resolve()));
        webSocket.close(GOING_AWAY);
        const late = setTimeout(() => webSocket.terminate(), CLOSE_TIMEOUT_MS);
        if (webSocket.readyState !== webSocket.CLOSED) await closed;
        clearTimeout(late);
        // What came in until then.
        await frames.settled;
      }),
    );
  }

  #doorOf({ url = '/', method = '', headers }: IncomingMessage): Door | undefined {
    const [path = '/'] = url.split('?', 1);
    const door = this.#parts.routes.find(path, headers.host)?.get(method);
    return door?.service === 'frames' ? door : undefined;
  }

  #attend(webSocket: WebSocket, { product, path }: Door, client: string | undefined): void {
    const { metrics } = this.#parts;
    const frames = new Frames(webSocket, this.#parts, this.#stop.signal);
    const connection: Connection = { frames, isAlive: true };
    this.#connections.set(webSocket, connection);
    metrics.answers.inc({ product, code: 101 });
    webSocket.on('message', (data: RawData, isBinary: boolean) => {
      const body = data as Buffer;
      // No client sends these; closing would only make it come back.
      if (isBinary || body.length === 0) return metrics.frames.inc({ product, outcome: 'ignored' });
      frames.take({ received_at: Date.now(), product, door: path, method: 'POST', encoding: 'identity', client, body });
    });
    webSocket.on('pong', () => {
      connection.isAlive = true;
    });
    webSocket.once('close', () => this.#connections.delete(webSocket));
    // A frame that is too large, or no frame at all: ws closes the connection, and counts for nothing else.
    webSocket.on('error', () => metrics.frames.inc({ product, outcome: 'broken' }));
  }

  #ping(): void {
    for (const [webSocket, connection] of this.#connections) {
      // Nothing is read from a paused one, so that no answer could be seen either.
      if (connection.frames.isPaused) continue;
      if (!connection.isAlive) {
        webSocket.terminate();
        continue;
      }
      connection.isAlive = false;
      webSocket.ping();
    }
  }
}
