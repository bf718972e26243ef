import { createServer, type IncomingMessage, type Server } from 'node:http';
import { z } from 'zod';
import { messageOf } from './errors.ts';
import { listen, stopListening } from './listen.ts';
import type { Metrics } from './metrics.ts';

/** What keeps a service from doing its work, a sentence each; empty when it can. */
export type Readiness = () => Promise<readonly string[]>;

/** What an operator should know of a service that does its work all the same, a sentence each. */
export type Notes = () => readonly string[];

/** A page of the admin server. */
interface Page {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

/** What may be asked for with a POST, by path: a JSON text of at most a megabyte in, a value of JSON out. */
export type Actions = Readonly<Record<string, (body: unknown) => Promise<unknown>>>;

/** Bytes of the body of an action, at most: {@link MAX_REPLAYS} dead letters are a fifth of it. */
const MAX_ACTION_BYTES = 1024 * 1024;

const problem = (status: number, error: string): Page => ({
  status,
  type: 'application/json',
  body: JSON.stringify({ error }),
});

const act = async (request: IncomingMessage, action: Actions[string]): Promise<Page> => {
  // A page of another site can't send this type without asking first, and is never allowed to.
  if (request.headers['content-type'] !== 'application/json') return problem(415, 'must be application/json');
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAX_ACTION_BYTES) return problem(413, 'is too large');
    chunks.push(chunk);
  }
  try {
    const result = await action(JSON.parse(Buffer.concat(chunks).toString()));
    return { status: 200, type: 'application/json', body: JSON.stringify(result) };
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof z.ZodError) return problem(400, 'is not what is expected');
    return problem(500, messageOf(error));
  }
};

/** Serves `/healthz` (the process runs), `/readyz` (it can do its work, or why not) and `/metrics` (Prometheus). */
export const startAdmin = async (
  address: { readonly host: string; readonly port: number },
  metrics: Metrics,
  readiness: Readiness,
  { notes = () => [], actions = {} }: { readonly notes?: Notes; readonly actions?: Actions } = {},
): Promise<{ readonly server: Server; readonly close: () => Promise<void> }> => {
  const pages: Readonly<Record<string, () => Promise<Page>>> = {
    '/healthz': async () => ({ status: 200, type: 'application/json', body: '{"status":"ok"}' }),
    '/readyz': async () => {
      const reasons = await readiness();
      const noted = notes();
      const status = reasons.length === 0 ? 'ready' : 'not ready';
      return {
        status: reasons.length === 0 ? 200 : 503,
        type: 'application/json',
        body: JSON.stringify({ status, reasons, ...(noted.length > 0 && { notes: noted }) }),
      };
    },
    '/metrics': async () => ({
      status: 200,
      type: metrics.registry.contentType,
      body: await metrics.registry.metrics(),
    }),
  };
  const notFound = async () => ({
    status: 404,
    type: 'application/json',
    body: JSON.stringify({ pages: Object.keys(pages) }),
  });
  const server = createServer((request, response) => {
    const action = request.method === 'POST' ? actions[request.url ?? ''] : undefined;
    const page = action ? () => act(request, action) : (pages[request.url ?? ''] ?? notFound);
    page().then(
      ({ status, type, body }) => response.writeHead(status, { 'content-type': type }).end(body),
      () => response.writeHead(500).end(),
    );
  });
  await listen(server, { ...address, variable: 'ADMIN_PORT' });
  return { server, close: () => stopListening(server) };
};
