import { setTimeout as sleep } from 'node:timers/promises';
import type { WebSocket } from 'ws';
import { messageOf } from '../../runtime/errors.ts';
import type { Logger } from '../../runtime/logger.ts';
import type { Metrics } from '../../runtime/metrics.ts';
import type { InFlight } from '../receive-body.ts';
import type { ReceivedReport, WriteReport } from '../write-report.ts';

/** Time between two tries to make a frame durable, in ms. */
const RETRY_MS = 2_000;

/** Time until a frame is tried again whose address has made too many requests, in ms. */
const LIMIT_PAUSE_MS = 1_000;

/** What frames are taken with. */
export interface FrameParts {
  readonly write: WriteReport;
  readonly inFlight: InFlight;
  readonly metrics: Metrics;
  readonly logger: Logger;
  /** Counts a frame against its address; false when it is one too many for now. */
  admit(client: string | undefined): boolean;
}

/** The frames of one connection, on their way to the log. */
export class Frames {
  readonly #socket: WebSocket;
  readonly #parts: FrameParts;
  readonly #stop: AbortSignal;
  #waiting = 0;
  #last: Promise<void> = Promise.resolve();

  /** `stop` ends the tries of frames that can't be made durable. */
  constructor(socket: WebSocket, parts: FrameParts, stop: AbortSignal) {
    this.#socket = socket;
    this.#parts = parts;
    this.#stop = stop;
  }

  /** Whether nothing is read from the connection at the moment. */
  get isPaused(): boolean {
    return this.#waiting > 0;
  }

  /** Resolves when no frame is on its way. */
  get settled(): Promise<void> {
    return this.#last;
  }

  /**
   * Writes frames one after the other. Nothing more is read meanwhile: what has been read already is at most 64 KiB, or one
   * frame, and the client's own system holds the rest. That, and not closing, is how a client is slowed down.
   */
  take(report: ReceivedReport): void {
    this.#waiting += 1;
    this.#socket.pause();
    this.#parts.inFlight.add(report.body.length);
    this.#last = this.#last.then(async () => {
      if (await this.#admitted(report)) await this.#write(report);
      else this.#parts.metrics.frames.inc({ product: report.product, outcome: 'limited' });
      this.#parts.inFlight.add(-report.body.length);
      this.#waiting -= 1;
      if (this.#waiting === 0) this.#socket.resume();
    });
  }

  /** Waits until the address of a frame may make one more request; false when the client has gone before that. */
  async #admitted({ client }: ReceivedReport): Promise<boolean> {
    while (!this.#stop.aborted && !this.#parts.admit(client)) {
      if (this.#socket.readyState !== this.#socket.OPEN) return false;
      await sleep(LIMIT_PAUSE_MS, undefined, { signal: this.#stop }).catch(() => undefined);
    }
    return true;
  }

  async #write(report: ReceivedReport): Promise<void> {
    const { write, metrics, logger } = this.#parts;
    const { product } = report;
    for (let tries = 1; ; tries += 1) {
      try {
        await write(report);
        metrics.frames.inc({ product, outcome: 'accepted' });
        metrics.acceptedBytes.inc({ product }, report.body.length);
        return;
      } catch (error) {
        if (tries === 1) logger.error({ error: messageOf(error), product }, 'a frame could not be made durable');
        if (this.#stop.aborted || this.#socket.readyState !== this.#socket.OPEN) {
          metrics.frames.inc({ product, outcome: 'lost' });
          return;
        }
        await sleep(RETRY_MS, undefined, { signal: this.#stop }).catch(() => undefined);
      }
    }
  }
}
