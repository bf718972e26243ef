import { RetryableError } from '../../errors.ts';

/** Counts the bytes that are not acknowledged yet, and refuses what would be too much. */
export class InFlightBytes {
  readonly #bound: number;
  #bytes = 0;

  constructor(bound: number) {
    this.#bound = bound;
  }

  /**
   * Takes bytes into account; they are given back with {@link release}. Something that is larger than the bound may go alone.
   *
   * @throws RetryableError when there is no room.
   */
  take(bytes: number): void {
    if (this.#bytes > 0 && this.#bytes + bytes > this.#bound) {
      throw new RetryableError(`${this.#bytes} bytes are on their way to Kafka, more than ${this.#bound} would be`);
    }
    this.#bytes += bytes;
  }

  release(bytes: number): void {
    this.#bytes -= bytes;
  }
}
