import { randomUUIDv7 } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { z } from 'zod';
import type { ProductCatalog } from '../../schemas/pack/catalog.ts';
import { RAW_SCHEMA, type RawEvent } from '../../schemas/topics/raw.ts';
import { valueSubject } from '../../schemas/topics/rows.ts';
import { PARTITIONS, TOPICS } from '../../schemas/topics/topics.ts';
import { Codec } from '../runtime/codec.ts';
import { listen, stopListening } from '../runtime/listen.ts';
import type { EventLog } from '../runtime/log/event-log.ts';
import type { Logger } from '../runtime/logger.ts';
import type { Metrics } from '../runtime/metrics.ts';
import type { SchemaIds } from '../runtime/registry/schema-ids.ts';
import { AddressKeys } from '../runtime/sealed-address.ts';
import type { StateStore } from '../runtime/state/state-store.ts';
import { accept, ENCODINGS, type ProblemName, refuse } from './answers.ts';
import { clientAddress } from './client-address.ts';
import type { edgeEnvironment } from './config.ts';
import { InFlight, type Received, receiveBody } from './receive-body.ts';
import { createRoutes, type Door } from './routes.ts';

/** The edge's configuration. */
export type EdgeConfig = z.output<z.ZodObject<typeof edgeEnvironment>>;

/** What the edge works with. */
export interface EdgeParts {
  readonly catalog: ProductCatalog;
  readonly log: EventLog;
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
  const codec = await Codec.of<RawEvent>(parts.ids, valueSubject(TOPICS.raw.name), RAW_SCHEMA);
  const keys = new AddressKeys(parts.state);
  const inFlight = new InFlight(config.EDGE_MAX_IN_FLIGHT_BYTES);
  const receivedAt = parts.receivedAt ?? Date.now;
  let turn = 0;

  const refused = (response: ServerResponse, product: string, name: ProblemName, headers = {}): void => {
    refuse(response, name, headers);
    metrics.answers.inc({ product, code: response.statusCode });
  };

  const write = async (request: IncomingMessage, door: Door, encoding: string, body: Buffer): Promise<string> => {
    const event_id = randomUUIDv7();
    const received_at = receivedAt(request);
    const client = clientAddress(request, config.TRUSTED_PROXY_HOPS);
    const address = await keys.seal(event_id, client, Date.now());
    if (client !== undefined && address === null) metrics.addressesDropped.inc();
    const event = { event_id, received_at, product: door.product, door: door.path, encoding, address, body };
    turn = (turn + 1) % PARTITIONS;
    await parts.log.append(TOPICS.raw.name, turn, [codec.encode(event)]);
    return event_id;
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
      accept(response, await write(request, door, encoding, body));
      metrics.answers.inc({ product, code: 200 });
      metrics.acceptedBytes.inc({ product }, body.length);
    } catch (error) {
      logger.error({ err: error, product }, 'a report could not be made durable');
      refused(response, product, 'busy');
    } finally {
      inFlight.add(-body.length);
    }
  };

  const server = createServer({
    // Node waits 300 s for a request by default; the slowest real client has given up after 60 s.
    requestTimeout: 60_000,
    headersTimeout: 15_000,
    connectionsCheckingInterval: 5_000,
    // Longer than the 60 s after which common balancers drop an idle connection, so that it is never us who cut first.
    keepAliveTimeout: 75_000,
    // Dependency-Track 5 offers h2c in its POST: as soon as anything listens for upgrades, that must not count as one.
    shouldUpgradeCallback: () => false,
  });
  server.on('request', (request, response) => {
    handle(request, response).catch((error: unknown) => {
      logger.error({ err: error }, 'a request could not be answered');
      response.destroy();
    });
  });
  await listen(server, { host: config.EDGE_HOST, port: config.EDGE_PORT, variable: 'EDGE_PORT' });
  return { server, close: () => stopListening(server) };
};
