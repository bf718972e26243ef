import { createServer, type IncomingMessage, type Server, type ServerOptions, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { listen, stopListening } from '../runtime/listen.ts';
import type { Logger } from '../runtime/logger.ts';
import type { Metrics } from '../runtime/metrics.ts';
import type { EdgeConfig } from './edge.ts';
import { createLimits, type Limits, type OpenFrames } from './limits/limits.ts';
import { certificateFiles, keepRenewed, readCertificate } from './tls.ts';

/** Takes over the connections on which WebSockets are opened. */
export interface FrameListener {
  /** Whether a request opens one; every other is a plain request, whatever upgrade it offers. */
  isUpgrade(request: IncomingMessage): boolean;
  readonly open: OpenFrames;
}

/** A server that listens, with its limits. */
export interface HttpListener extends Pick<Limits, 'admit'> {
  readonly server: Server;
  /** From now on every answer ends its connection, so that its client's next one goes elsewhere. */
  announceEnd(): void;
  /** Stops listening and waits for the requests under way. */
  close(): Promise<void>;
}

/** Time between two looks for requests that take too long; they are cut that much late, at most. */
const TIMEOUT_CHECK_MS = 2_000;

/** A connection on which nothing moves for so long is cut: its client does not read the answer. More than any other timeout. */
const STALLED_CONNECTION_MS = 300_000;

const optionsOf = (config: EdgeConfig, isUpgrade: (request: IncomingMessage) => boolean): ServerOptions => ({
  insecureHTTPParser: false,
  // The limits do, and count it.
  requireHostHeader: false,
  maxHeaderSize: config.EDGE_MAX_HEADER_BYTES,
  headersTimeout: Math.min(config.EDGE_HEADERS_TIMEOUT_MS, config.EDGE_REQUEST_TIMEOUT_MS),
  requestTimeout: config.EDGE_REQUEST_TIMEOUT_MS,
  keepAliveTimeout: config.EDGE_KEEP_ALIVE_TIMEOUT_MS,
  connectionsCheckingInterval: TIMEOUT_CHECK_MS,
  shouldUpgradeCallback: isUpgrade,
});

/**
 * An HTTP server that listens as configured, with TLS when there is a certificate. HTTP/1.1 only: see docs/decisions/0016.
 *
 * @throws StartError when it can't.
 */
export const startHttpServer = async (
  config: EdgeConfig,
  { metrics, logger }: { readonly metrics: Metrics; readonly logger: Logger },
  handle: (request: IncomingMessage, response: ServerResponse) => Promise<void>,
  frames: FrameListener,
): Promise<HttpListener> => {
  const files = certificateFiles(config.EDGE_TLS_CERT_FILE, config.EDGE_TLS_KEY_FILE);
  const certificate = files && (await readCertificate(files));
  const limits = createLimits(config, metrics);
  let isEnding = false;
  const underWay = new Set<Promise<void>>();
  const guarded = limits.guard((request, response) => {
    // A client that never pauses would keep its connection, and with it a closing edge, open for ever.
    if (isEnding) response.shouldKeepAlive = false;
    const handling = handle(request, response).finally(() => underWay.delete(handling));
    underWay.add(handling);
  });
  const options = optionsOf(config, (request) => frames.isUpgrade(request));
  let stopRenewal = (): void => undefined;
  let server: Server;
  if (files && certificate) {
    const handshakeTimeout = config.EDGE_HEADERS_TIMEOUT_MS;
    const tlsServer = createTlsServer({ ...options, ...certificate, handshakeTimeout }, guarded);
    stopRenewal = keepRenewed(files, certificate, (renewed) => tlsServer.setSecureContext(renewed), logger);
    server = tlsServer;
  } else server = createServer(options, guarded);
  server.timeout = STALLED_CONNECTION_MS;
  // Node would cut the list off there in silence; the limits refuse longer ones.
  server.maxHeadersCount = 0;
  limits.watch(server);
  server.on(
    'upgrade',
    limits.guardUpgrade((request, socket, head) => frames.open(request, socket, head)),
  );
  const announceEnd = (): void => {
    isEnding = true;
  };
  const close = async (): Promise<void> => {
    announceEnd();
    stopRenewal();
    await stopListening(server);
    // A client that has gone leaves its report behind, and the log must not be closed under it.
    await Promise.all(underWay);
    limits.close();
  };
  await listen(server, { host: config.EDGE_HOST, port: config.EDGE_PORT, variable: 'EDGE_PORT' });
  return { server, admit: limits.admit, announceEnd, close };
};
