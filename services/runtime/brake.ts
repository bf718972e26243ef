import { wholeNumber } from './environment.ts';
import { PermanentError } from './errors.ts';
import type { RejectReason } from './outcome.ts';

/** Bounds of the brake, per partition. */
export const brakeEnvironment = {
  /** Share of a window's events, in percent, that may fail by our own fault. */
  BRAKE_MAX_FAULT_PERCENT: wholeNumber(20, 1),
  /** Events in a row that may. */
  BRAKE_MAX_CONSECUTIVE_FAULTS: wholeNumber(1_000, 1),
};

/** The brake's configuration. */
export interface BrakeConfig {
  readonly BRAKE_MAX_FAULT_PERCENT: number;
  readonly BRAKE_MAX_CONSECUTIVE_FAULTS: number;
}

/** Events over which the share is taken: enough that one bad batch is not a fifth of them. */
const WINDOW_EVENTS = 1_000;

/**
 * Reasons that are ours: a mistake in a stage, a pack or a deployment. Everything else is what clients send, and must never stop
 * a worker.
 */
const OUR_FAULTS: ReadonlySet<string> = new Set<RejectReason>([
  'envelope_undecodable',
  'unknown_product',
  'unsupported_encoding',
  'row_unencodable',
  'row_refused',
  'stage_failed',
]);

/** Stops a worker that turns events into dead letters by a fault of ours, before it has done so to all of them. */
export class Brake {
  readonly #config: BrakeConfig;
  #events = 0;
  #faults = 0;
  #consecutive = 0;

  constructor(config: BrakeConfig) {
    this.#config = config;
  }

  /**
   * Counts one event by the reason of its refusal; an empty one for an event that goes on.
   *
   * @throws PermanentError when a bound is passed.
   */
  count(reason: string): void {
    if (this.#events === WINDOW_EVENTS) {
      this.#events = 0;
      this.#faults = 0;
    }
    const isFault = OUR_FAULTS.has(reason);
    this.#events += 1;
    this.#faults += Number(isFault);
    this.#consecutive = isFault ? this.#consecutive + 1 : 0;
    const { BRAKE_MAX_FAULT_PERCENT: percent, BRAKE_MAX_CONSECUTIVE_FAULTS: inARow } = this.#config;
    if (this.#faults * 100 > percent * WINDOW_EVENTS)
      this.#stop(`more than ${percent} % of ${WINDOW_EVENTS} events`, reason);
    if (this.#consecutive > inARow) this.#stop(`more than ${inARow} events in a row`, reason);
  }

  #stop(bound: string, reason: string): never {
    throw new PermanentError(
      `${bound} of a partition failed by a fault of ours (last: ${reason}): nothing of this batch is committed`,
    );
  }
}
