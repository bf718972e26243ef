import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { type ErasureRequest, erasureRequest, installationsPath } from '../../schemas/pipeline/erasure.ts';
import type { Secret } from '../runtime/secret.ts';
import { accept, type ProblemName, refuse, turnAway } from './answers.ts';
import type { Serve } from './receive-report.ts';
import type { TakeParts } from './take-report.ts';

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** Whether a request shows the token; how long the comparison takes does not depend on how much of it is right. */
const shows = (authorization: string, token: Secret | undefined): boolean =>
  token !== undefined && timingSafeEqual(digest(authorization), digest(`Bearer ${token.reveal()}`));

const idOf = ({ url = '' }: IncomingMessage): string => {
  const [path = ''] = url.split('?', 1);
  try {
    return decodeURIComponent(path.slice(path.lastIndexOf('/') + 1));
  } catch {
    return '';
  }
};

/** What is asked for, or why it is refused: by the operator's token for ever, by the id alone until now. */
const readRequest = (request: IncomingMessage, token: Secret | undefined): ErasureRequest | ProblemName => {
  const { authorization } = request.headers;
  if (authorization !== undefined && !shows(authorization, token)) return 'wrong-token';
  const parsed = erasureRequest.safeParse({ id: idOf(request), forever: authorization !== undefined });
  return parsed.success ? parsed.data : 'unusable-id';
};

/**
 * Creates the service of the doors where an installation is erased. Nothing is looked up: the request is written as an event, and
 * the answer is the same whether anything is known of the installation or not.
 */
export const createTakeErasure =
  (
    { write, metrics, logger }: Pick<TakeParts, 'write' | 'metrics' | 'logger'>,
    token: Secret | undefined,
    receivedAt: (request: IncomingMessage) => number,
  ): Serve =>
  async (request, response, door) => {
    const { product, method } = door;
    const asked = readRequest(request, token);
    if (typeof asked === 'string') {
      refuse(response, asked);
      metrics.answers.inc({ product, code: response.statusCode });
      return;
    }
    try {
      const body = Buffer.from(JSON.stringify(asked));
      const event = { product, method, door: installationsPath(product), encoding: 'identity', body };
      accept(response, await write({ ...event, received_at: receivedAt(request), client: undefined }));
      metrics.answers.inc({ product, code: 200 });
    } catch (error) {
      logger.error({ err: error, product }, 'a request for erasure could not be made durable');
      metrics.answers.inc({ product, code: turnAway(response, door, 'busy'), problem: 'busy' });
    }
  };
