import { once } from 'node:events';
import { Agent, type IncomingMessage, request } from 'node:http';
import { gzipSync } from 'node:zlib';
import { PermanentError } from '../../runtime/errors.ts';
import type { SimulatedReport } from './fleet.ts';

/** The header in which the demonstration's own edge is told when a report was received; an ordinary edge ignores it. */
export const RECEIVED_AT_HEADER = 'candor-received-at';

/** Requests under way at once: enough for one flush of the log to make many of them durable. */
const CONNECTIONS = 32;

/** The body as the client sends it. */
export const bodyOf = ({ headers, document }: Pick<SimulatedReport, 'headers' | 'document'>): Buffer => {
  if (Buffer.isBuffer(document)) return document;
  const json = Buffer.from(JSON.stringify(document));
  return headers['content-encoding'] === 'gzip' ? gzipSync(json) : json;
};

const postOne = async (edgeUrl: string, agent: Agent, report: SimulatedReport): Promise<void> => {
  const simulated = {
    [RECEIVED_AT_HEADER]: new Date(report.receivedAtMs).toISOString(),
    'x-forwarded-for': report.address,
  };
  const headers = { ...report.headers, ...simulated };
  const sent = request(edgeUrl + report.path, { method: 'POST', agent, headers }).end(bodyOf(report));
  const [answer] = (await once(sent, 'response')) as [IncomingMessage];
  answer.resume();
  await once(answer, 'end');
  if (answer.statusCode === 200) return;
  throw new PermanentError(`the edge answered ${answer.statusCode} to a report of ${report.product}`);
};

/**
 * Posts all reports, about in their order, or those that come before `signal` aborts; resolves with their number.
 *
 * @throws PermanentError at the first answer that is not 200.
 */
export const postAll = async (
  edgeUrl: string,
  reports: Iterable<SimulatedReport>,
  onPosted: (report: SimulatedReport, count: number) => void,
  signal?: AbortSignal,
): Promise<number> => {
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  // All connections draw from one iterator; it ends for all when one of them fails.
  const shared = reports[Symbol.iterator]();
  let count = 0;
  const connection = async (): Promise<void> => {
    for (let next = shared.next(); !next.done && !signal?.aborted; next = shared.next()) {
      await postOne(edgeUrl, agent, next.value);
      count += 1;
      onPosted(next.value, count);
    }
  };
  try {
    await Promise.all(Array.from({ length: CONNECTIONS }, connection));
  } finally {
    shared.return?.();
    agent.destroy();
  }
  return count;
};
