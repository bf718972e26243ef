import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RunningProgram } from '../support/program.ts';
import type { Program } from './fault.ts';

/** Pause before a program that ended unasked is started again, as every deployment does. */
const RESTART_PAUSE_MS = 500;

/** Of the last line of a program that ended unasked: enough for the reason, not for a stack. */
const LAST_LINE_CHARACTERS = 400;

/** A program of ours that is started again when it ends unasked. */
export class SupervisedProgram<Running extends RunningProgram> implements Program {
  readonly #run: () => Promise<Running>;
  #running: Running | undefined;
  readonly #onUnaskedEnd: (how: string) => void;
  #printed = '';

  /** Nothing runs before `start`; `onUnaskedEnd` is told how it ended, and what it said last. */
  constructor(run: () => Promise<Running>, onUnaskedEnd: (how: string) => void) {
    this.#run = run;
    this.#onUnaskedEnd = onUnaskedEnd;
  }

  /** The process that runs; undefined while it is away. */
  get running(): Running | undefined {
    return this.#running;
  }

  /** What all its processes have printed. */
  output(): string {
    return this.#printed + (this.#running?.output() ?? '');
  }

  async start(): Promise<void> {
    const running = await this.#run();
    this.#running = running;
    void running.ended.then(async (how) => {
      this.#printed += `${running.output()}(ended with ${how})\n`;
      if (this.#running !== running) return;
      this.#running = undefined;
      this.#onUnaskedEnd(`${how}: ${running.output().trimEnd().split('\n').at(-1)?.slice(0, LAST_LINE_CHARACTERS)}`);
      await sleep(RESTART_PAUSE_MS);
      // Somebody may have started it meanwhile.
      if (this.#running === undefined) await this.start();
    });
  }

  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  async terminate(): Promise<void> {
    const how = await this.#end('SIGTERM');
    if (how !== 0) throw new Error(`it ended with ${how} when it was told to stop`);
  }

  freeze(): void {
    if (this.#running) process.kill(this.#running.pid, 'SIGSTOP');
  }

  thaw(): void {
    if (this.#running) process.kill(this.#running.pid, 'SIGCONT');
  }

  async #end(signal: NodeJS.Signals): Promise<number | string> {
    const running = this.#running;
    if (running === undefined) return 0;
    this.#running = undefined;
    return running.end(signal);
  }
}
