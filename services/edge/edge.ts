import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ClickHouseClient } from '@clickhouse/client';
import type { z } from 'zod';
import type { ProductCatalog } from '../../schemas/pack/catalog.ts';
import { MAX_INFLATION_RATIO } from '../runtime/inflate.ts';
import type { EventLog } from '../runtime/log/event-log.ts';
import type { Logger } from '../runtime/logger.ts';
import type { Metrics } from '../runtime/metrics.ts';
import type { SchemaIds } from '../runtime/registry/schema-ids.ts';
import type { StateStore } from '../runtime/state/state-store.ts';
import { AcceptedCounter } from './accepted-counter.ts';
import { type ProblemName, refuse, sendJson, turnAway } from './answers.ts';
import type { AppendRaw } from './append-raw.ts';
import { createTakeBatch } from './batch/take-batch.ts';
import { clientAddress } from './client-address.ts';
import type { edgeEnvironment } from './config.ts';
import { createShowEcho, type Echo } from './echo/show-echo.ts';
import { type HttpListener, startHttpServer } from './http-server.ts';
import { describeEdge } from './openapi/describe-edge.ts';
import { allowOrigin, answerPreflight, isFromBrowsers } from './preflight.ts';
import { createFindReport } from './receipts/find-report.ts';
import { createShowReceipt } from './receipts/show-receipt.ts';
import { InFlight } from './receive-body.ts';
import { createReceiveReport, type Serve } from './receive-report.ts';
import { canEcho, createRoutes, type Door, type Service } from './routes.ts';
import type { Spool } from './spool/spool.ts';
import { createTakeErasure } from './take-erasure.ts';
import { createTakeReport } from './take-report.ts';
import { FrameDoors } from './websocket/frame-doors.ts';
import { createWriteReport } from './write-report.ts';

/** The edge's configuration. */
export type EdgeConfig = z.output<z.ZodObject<typeof edgeEnvironment>>;

/** What the edge works with. */
export interface EdgeParts {
  readonly catalog: ProductCatalog;
  readonly append: AppendRaw;
  /** What `append` puts into when the log is away; counted for the balance. */
  readonly spool?: Pick<Spool, 'taken' | 'depth'>;
  /** For receipts alone: how far the stages have come. */
  readonly log: EventLog;
  readonly state: StateStore;
  readonly ids: SchemaIds;
  readonly metrics: Metrics;
  readonly logger: Logger;
  /** Reads the tables for receipts; without it they can't be looked up. */
  readonly tables?: ClickHouseClient | undefined;
  /** Runs the stages for whoever asks what would be kept. */
  readonly echo: Echo;
  /** When a request was received, ms since 1970; only the demonstration's own edge takes it from a header. */
  readonly receivedAt?: (request: IncomingMessage) => number;
}

/** A running edge. */
export type Edge = Pick<HttpListener, 'server' | 'announceEnd' | 'close'>;

/** Largest body that is shown what would be kept of it, in bytes: any report but those of the largest installations. */
const MAX_ECHO_BYTES = 256 * 1024;

/**
 * What answers a request to a door. Where `Candor-Echo` asks what would be kept nothing is ever stored: a door that can't tell,
 * which is undefined then, does nothing.
 */
const serviceFor = (door: Door, { headers }: IncomingMessage): Service | undefined => {
  if (headers['candor-echo'] === undefined) return door.service;
  return canEcho(door) ? 'echo' : undefined;
};

/** The description changes with the edge's version only. */
const DESCRIPTION_CACHE = 'public, max-age=3600';

/**
 * Takes reports over HTTP, seals the client's address and writes the bytes to the log; answers once they are durable.
 *
 * @throws StartError when it can't listen.
 */
export const startEdge = async (config: EdgeConfig, parts: EdgeParts): Promise<Edge> => {
  const { catalog, log, tables, metrics, logger } = parts;
  const routes = createRoutes(catalog);
  const inFlight = new InFlight(config.EDGE_MAX_IN_FLIGHT_BYTES);
  const receivedAt = parts.receivedAt ?? Date.now;
  const receive = createReceiveReport(config, inFlight, receivedAt);
  const maxEchoBytes = Math.min(config.EDGE_MAX_BODY_BYTES, MAX_ECHO_BYTES);
  const accepted = new AcceptedCounter(parts.state, parts.spool);
  const write = await createWriteReport({ ...parts, accepted });
  const take = { receive, write, inFlight, metrics, logger };
  const frameDoors = new FrameDoors({ ...take, routes, proxies: config, admit: (client) => http.admit(client) });
  const description = JSON.stringify(describeEdge(routes.doors, catalog));

  const counted =
    (serve: Serve): Serve =>
    async (request, response, door, client) => {
      await serve(request, response, door, client);
      metrics.answers.inc({ product: door.product, code: response.statusCode });
    };

  const services: Readonly<Record<Service, Serve>> = {
    report: createTakeReport(take),
    batch: createTakeBatch(take, {
      maxBodyBytes: config.EDGE_MAX_BODY_BYTES,
      inflation: { maxBytes: config.EDGE_MAX_INFLATED_BYTES, maxRatio: MAX_INFLATION_RATIO },
    }),
    echo: createShowEcho({
      receive: createReceiveReport({ EDGE_MAX_BODY_BYTES: maxEchoBytes }, inFlight, receivedAt),
      inFlight,
      metrics,
      echo: parts.echo,
    }),
    erasure: createTakeErasure(take, config.EDGE_OPERATOR_TOKEN, receivedAt),
    frames: counted(async (_request, response) => refuse(response, 'websocket-only')),
    receipt: counted(createShowReceipt(tables && createFindReport({ log, catalog, clickhouse: tables }), logger)),
    description: counted(async (_request, response) => sendJson(response, description, DESCRIPTION_CACHE)),
  };

  const refused = (response: ServerResponse, product: string, name: ProblemName, headers = {}): void => {
    refuse(response, name, headers);
    metrics.answers.inc({ product, code: response.statusCode, problem: name });
  };

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const [path = '/'] = (request.url ?? '/').split('?', 1);
    const doors = routes.find(path, request.headers.host);
    const door = doors?.get(request.method ?? '');
    const product = door?.product ?? doors?.values().next().value?.product ?? '';
    const client = clientAddress(request, config);
    if (!http.admit(client)) {
      const problem = 'too-many-requests';
      if (door === undefined) return refused(response, product, problem);
      return metrics.answers.inc({ product, code: turnAway(response, door, problem), problem });
    }
    if (doors === undefined) return refused(response, '', 'unknown-path');
    if (door?.fromBrowsers) allowOrigin(response);
    if (door !== undefined) {
      const service = serviceFor(door, request);
      if (service === undefined) return refused(response, product, 'no-echo');
      return services[service](request, response, door, client);
    }
    if (request.method === 'OPTIONS' && isFromBrowsers(doors)) {
      allowOrigin(response);
      answerPreflight(response, doors);
      metrics.answers.inc({ product, code: response.statusCode });
    } else refused(response, product, 'wrong-method', { allow: [...doors.keys()].join(', ') });
  };

  const answer = (request: IncomingMessage, response: ServerResponse): Promise<void> =>
    handle(request, response).catch((error: unknown) => {
      logger.error({ err: error }, 'a request could not be answered');
      response.destroy();
    });
  const http = await startHttpServer(config, parts, answer, frameDoors);
  const close = async (): Promise<void> => {
    await Promise.all([http.close(), frameDoors.close()]);
    await accepted.close();
  };
  return { ...http, close };
};
