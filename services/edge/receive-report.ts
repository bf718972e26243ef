import type { IncomingMessage, ServerResponse } from 'node:http';
import { ENCODINGS, type ProblemName } from './answers.ts';
import type { EdgeConfig } from './edge.ts';
import { type InFlight, receiveBody } from './receive-body.ts';
import type { Door } from './routes.ts';
import type { ReceivedReport } from './write-report.ts';

const isKnown = (encoding: string): boolean => (ENCODINGS as readonly string[]).includes(encoding);

/**
 * Receives what a client sends to a door. Resolves with the problem when it can't be taken, with undefined when the client has
 * gone. The body stays counted as in flight until the caller lets it go.
 */
export const createReceiveReport =
  (
    config: Pick<EdgeConfig, 'EDGE_MAX_BODY_BYTES'>,
    inFlight: InFlight,
    receivedAt: (request: IncomingMessage) => number,
  ) =>
  async (
    request: IncomingMessage,
    { product, path, method }: Door,
    client: string | undefined,
  ): Promise<ReceivedReport | ProblemName | undefined> => {
    const encoding = request.headers['content-encoding']?.trim().toLowerCase() || 'identity';
    if (!isKnown(encoding)) return 'unsupported-encoding';
    const body = await receiveBody(request, config.EDGE_MAX_BODY_BYTES, inFlight);
    if (body === 'cut') return undefined;
    if (typeof body === 'string') return body;
    if (body.length === 0) return 'empty-body';
    return { received_at: receivedAt(request), product, door: path, method, encoding, client, body };
  };

/** See {@link createReceiveReport}. */
export type ReceiveReport = ReturnType<typeof createReceiveReport>;

/** Answers a request that came to a door; `client` is the client's address, when it has one. */
export type Serve = (
  request: IncomingMessage,
  response: ServerResponse,
  door: Door,
  client: string | undefined,
) => Promise<void>;
