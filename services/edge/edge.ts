import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { z } from 'zod';
import type { ProductCatalog } from '../../schemas/pack/catalog.ts';
import { stopListening } from '../runtime/listen.ts';
import type { Logger } from '../runtime/logger.ts';
import type { Metrics } from '../runtime/metrics.ts';
import type { SchemaIds } from '../runtime/registry/schema-ids.ts';
import type { StateStore } from '../runtime/state/state-store.ts';
import { accept, ENCODINGS, type ProblemName, refuse } from './answers.ts';
import type { AppendRaw } from './append-raw.ts';
import { clientAddress } from './client-address.ts';
import type { edgeEnvironment } from './config.ts';
import { startHttpServer } from './http-server.ts';
import { InFlight, type Received, receiveBody } from './receive-body.ts';
import { createRoutes } from './routes.ts';
import { createWriteReport } from './write-report.ts';

/** The edge's configuration. */
export type EdgeConfig = z.output<z.ZodObject<typeof edgeEnvironment>>;

/** What the edge works with. */
export interface EdgeParts {
  readonly catalog: ProductCatalog;
  readonly append: AppendRaw;
  readonly state: StateStore;
  readonly ids: SchemaIds;
  readonly metrics: Metrics;
  readonly logger: Logger;
  /** When a request was received, ms since 1970; only the demonstration's own edge takes it from a header. */
  readonly receivedAt?: (request: IncomingMessage) => number;
}

/** A running edge. */
export interface Edge {
  readonly server: Server;
  /** Stops listening and waits for the requests under way. */
  close(): Promise<void>;
}

/**
 * Takes reports over HTTP, seals the client's address and writes the bytes to the log; answers once they are durable. Nothing
 * of a body or of a header is looked into.
 *
 * @throws StartError when it can't listen.
 */
export const startEdge = async (config: EdgeConfig, parts: EdgeParts): Promise<Edge> => {
  const { metrics, logger } = parts;
  const route = createRoutes(parts.catalog);
  const writeReport = await createWriteReport(parts);
  const inFlight = new InFlight(config.EDGE_MAX_IN_FLIGHT_BYTES);
  const receivedAt = parts.receivedAt ?? Date.now;

  const refused = (response: ServerResponse, product: string, name: ProblemName, headers = {}): void => {
    refuse(response, name, headers);
    metrics.answers.inc({ product, code: response.statusCode });
  };

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    // A client that never pauses would keep its connection, and with it a closing edge, open for ever.
    if (!server.listening) response.shouldKeepAlive = false;
    const [path = '/'] = (request.url ?? '/').split('?', 1);
    const door = route(path, request.headers.host);
    if (door === undefined) return refused(response, '', 'unknown-path');
    const { product } = door;
    if (!door.methods.includes(request.method ?? '')) {
      return refused(response, product, 'wrong-method', { allow: door.methods.join(', ') });
    }
    const encoding = request.headers['content-encoding']?.trim().toLowerCase() || 'identity';
    if (!(ENCODINGS as readonly string[]).includes(encoding)) return refused(response, product, 'unsupported-encoding');
    const body: Received = await receiveBody(request, config.EDGE_MAX_BODY_BYTES, inFlight);
    if (body === 'cut') return;
    if (typeof body === 'string') return refused(response, product, body);
    try {
      if (body.length === 0) return refused(response, product, 'empty-body');
      const eventId = await writeReport({
        received_at: receivedAt(request),
        product,
        door: door.path,
        method: request.method ?? '',
        encoding,
        client: clientAddress(request, config),
        body,
      });
      accept(response, eventId);
      metrics.answers.inc({ product, code: 200 });
      metrics.acceptedBytes.inc({ product }, body.length);
    } catch (error) {
      logger.error({ err: error, product }, 'a report could not be made durable');
      refused(response, product, 'busy');
    } finally {
      inFlight.add(-body.length);
    }
  };

  const server = await startHttpServer(config, (request, response) => {
    handle(request, response).catch((error: unknown) => {
      logger.error({ err: error }, 'a request could not be answered');
      response.destroy();
    });
  });
  return { server, close: () => stopListening(server) };
};
