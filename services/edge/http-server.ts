import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import { listen } from '../runtime/listen.ts';
import type { EdgeConfig } from './edge.ts';

/**
 * An HTTP server that listens as configured.
 *
 * @throws StartError when it can't.
 */
export const startHttpServer = async (
  config: EdgeConfig,
  handle: RequestListener,
  isUpgrade: (request: IncomingMessage) => boolean,
): Promise<Server> => {
  const server = createServer(
    {
      // Node waits 300 s for a request by default; the slowest real client has given up after 60 s.
      requestTimeout: 60_000,
      headersTimeout: 15_000,
      connectionsCheckingInterval: 5_000,
      // Longer than the 60 s after which common balancers drop an idle connection, so that it is never us who cut first.
      keepAliveTimeout: 75_000,
      // Dependency-Track 5 offers h2c in its POST: because something listens for upgrades, that must not count as one.
      shouldUpgradeCallback: isUpgrade,
    },
    handle,
  );
  await listen(server, { host: config.EDGE_HOST, port: config.EDGE_PORT, variable: 'EDGE_PORT' });
  return server;
};
