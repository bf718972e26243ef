import { expect } from 'vitest';
import { loadCatalog } from '../../schemas/pack/catalog.ts';
import type { RawAnswer } from './http-bytes.ts';
import { exchange, openConnection } from './raw-http.ts';
import { refusingLog, startTestEdge, type TestEdge } from './test-edge.ts';

const catalog = await loadCatalog();

/** An edge with the doors of all products. */
export const startRealEdge = (): Promise<TestEdge> => startTestEdge({ catalog });

/** The same when nothing can be made durable. */
export const startFullEdge = (): Promise<TestEdge> => startTestEdge({ catalog, decorate: refusingLog });

/** The same with a bound of so many bytes. */
export const startSmallEdge = (maxBodyBytes: number): Promise<TestEdge> =>
  startTestEdge({ catalog, config: { EDGE_MAX_BODY_BYTES: maxBodyBytes } });

/** Sends a request and gives its answer. */
export const sendTo = (edge: TestEdge, bytes: Buffer): Promise<RawAnswer> => exchange(edge.port, bytes);

/** Sends a request and tells how the connection ended that was never answered. */
export const isCutWithoutAnswer = async (edge: TestEdge, bytes: Buffer): Promise<boolean> => {
  const connection = await openConnection(edge.port);
  connection.send(bytes);
  return connection.answer().then(
    () => false,
    (error: Error) => error.message === 'the connection ended after: ',
  );
};

/** What every one of the five clients takes for success: 200, a small body, and its length. */
export const DELIVERED = {
  status: 200,
  headers: {
    'content-length': expect.stringMatching(/^1\d\d$/) as string,
    'candor-receipt': expect.stringMatching(/^[0-9a-f-]{36}\.\d+\.\d+$/) as string,
  },
  body: expect.stringMatching(/^\{"status":"accepted",.*\}\n$/) as string,
};
