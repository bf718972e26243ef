import type { IncomingMessage } from 'node:http';

/** Watches that bodies arrive at a least rate: who sends a byte now and then would hold a connection and memory for nothing. */
export class BodyRate {
  readonly #minWindowBytes: number;
  readonly #onSlow: (request: IncomingMessage) => void;
  /** Bytes that the connection of a request had received at the last look; undefined for those that came since. */
  readonly #receiving = new Map<IncomingMessage, number | undefined>();
  readonly #timer: NodeJS.Timeout;

  constructor(minBytesPerSecond: number, windowMs: number, onSlow: (request: IncomingMessage) => void) {
    this.#minWindowBytes = (minBytesPerSecond * windowMs) / 1000;
    this.#onSlow = onSlow;
    this.#timer = setInterval(() => this.#look(), windowMs).unref();
  }

  /** Watches a request until its body has arrived, or it is gone. */
  watch(request: IncomingMessage): void {
    if (request.complete) return;
    this.#receiving.set(request, undefined);
    const forget = (): void => void this.#receiving.delete(request);
    request.once('end', forget).once('close', forget);
  }

  close(): void {
    clearInterval(this.#timer);
  }

  /** A request is judged by whole windows only: it is cut one to two of them after its last byte. */
  #look(): void {
    for (const [request, before] of this.#receiving) {
      const { bytesRead } = request.socket;
      if (before !== undefined && bytesRead - before < this.#minWindowBytes) {
        this.#receiving.delete(request);
        this.#onSlow(request);
      } else this.#receiving.set(request, bytesRead);
    }
  }
}
