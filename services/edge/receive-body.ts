import type { IncomingMessage } from 'node:http';

/** Bodies in memory at once, against the bound. */
export class InFlight {
  readonly #maxBytes: number;
  #bytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Whether `bytes` more would fit. */
  fits(bytes: number): boolean {
    return this.#bytes + bytes <= this.#maxBytes;
  }

  /** Counts bytes that came in (or, negative, that were let go). */
  add(bytes: number): void {
    this.#bytes += bytes;
  }
}

/** A body, or why there is none. */
export type Received = Buffer | 'too-large' | 'busy' | 'cut';

/**
 * Reads a body of at most `maxBytes`. Stops at the first byte above a bound: nothing larger is ever held. What was counted
 * as in flight stays counted until the caller lets it go.
 */
export const receiveBody = (request: IncomingMessage, maxBytes: number, inFlight: InFlight): Promise<Received> =>
  new Promise((resolve) => {
    const claimed = Number(request.headers['content-length'] ?? 0);
    if (claimed > maxBytes) return resolve('too-large');
    if (!inFlight.fits(claimed)) return resolve('busy');
    const chunks: Buffer[] = [];
    let bytes = 0;
    const stop = (why: 'too-large' | 'busy' | 'cut'): void => {
      inFlight.add(-bytes);
      // An error that follows, such as the client going away, must not let them go again.
      bytes = 0;
      request.removeAllListeners('data').pause();
      resolve(why);
    };
    request.on('data', (chunk: Buffer) => {
      if (bytes + chunk.length > maxBytes) return stop('too-large');
      if (!inFlight.fits(chunk.length)) return stop('busy');
      bytes += chunk.length;
      inFlight.add(chunk.length);
      chunks.push(chunk);
    });
    request.once('end', () => resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks, bytes)));
    request.once('error', () => stop('cut'));
  });
