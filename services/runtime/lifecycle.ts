import { messageOf } from './errors.ts';
import type { Logger } from './logger.ts';

/** Something to be released, with the name that a log line calls it by. */
interface Closer {
  readonly name: string;
  readonly close: () => Promise<void>;
}

/**
 * What has been started, to be closed in reverse order. `close` may be called more than once; a part that fails to close does
 * not keep the others open.
 */
export class Lifecycle {
  /** Rejects when a work that was started has failed for good; never resolves. */
  readonly failed: Promise<never>;
  readonly #closers: Closer[] = [];
  readonly #log: Logger;
  readonly #failure = Promise.withResolvers<never>();
  #closing: Promise<void> | undefined;

  constructor(log: Logger) {
    this.#log = log;
    this.failed = this.#failure.promise;
    // Whoever waits for it is told; nobody has to.
    this.failed.catch(() => undefined);
  }

  /** Remembers how to close a part that has just been started. */
  onClose(name: string, close: () => Promise<void>): void {
    this.#closers.push({ name, close });
  }

  /** Starts a work that goes on until its signal aborts; closing it waits for its end. */
  run(name: string, work: (signal: AbortSignal) => Promise<void>): void {
    const stop = new AbortController();
    const working = work(stop.signal).catch((error: unknown) => {
      this.#log.fatal({ service: name, err: error }, `the ${name} has stopped: ${messageOf(error)}`);
      this.#failure.reject(error);
    });
    this.onClose(name, () => {
      stop.abort();
      return working;
    });
  }

  /** Closes every part, the last started first. */
  close(): Promise<void> {
    this.#closing ??= this.#closeAll();
    return this.#closing;
  }

  async #closeAll(): Promise<void> {
    for (const { name, close } of this.#closers.reverse()) {
      try {
        await close();
        this.#log.debug({ part: name }, 'closed');
      } catch (error) {
        this.#log.error({ part: name, error: messageOf(error) }, 'could not be closed cleanly');
      }
    }
  }
}
