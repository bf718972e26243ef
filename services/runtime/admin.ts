import { createServer, type Server } from 'node:http';
import { listen, stopListening } from './listen.ts';
import type { Metrics } from './metrics.ts';

/** What keeps a service from doing its work, a sentence each; empty when it can. */
export type Readiness = () => Promise<readonly string[]>;

/** What an operator should know of a service that does its work all the same, a sentence each. */
export type Notes = () => readonly string[];

/** Serves `/healthz` (the process runs), `/readyz` (it can do its work, or why not) and `/metrics` (Prometheus). */
export const startAdmin = async (
  address: { readonly host: string; readonly port: number },
  metrics: Metrics,
  readiness: Readiness,
  notes: Notes = () => [],
): Promise<{ readonly server: Server; readonly close: () => Promise<void> }> => {
  const pages: Readonly<Record<string, () => Promise<{ status: number; type: string; body: string }>>> = {
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
    const page = pages[request.url ?? ''] ?? notFound;
    page().then(
      ({ status, type, body }) => response.writeHead(status, { 'content-type': type }).end(body),
      () => response.writeHead(500).end(),
    );
  });
  await listen(server, { ...address, variable: 'ADMIN_PORT' });
  return { server, close: () => stopListening(server) };
};
