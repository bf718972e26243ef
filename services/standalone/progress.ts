/** Tells a person at a terminal (or a log) what is being started and how long it took. */
export interface Progress {
  step(name: string): void;
  done(): void;
  failed(): void;
}

/** One line per step: what, a tick or a cross, and the time it took. */
export const createProgress = (out: NodeJS.WritableStream, now: () => number = () => performance.now()): Progress => {
  let current: { readonly name: string; readonly startedAt: number } | undefined;
  const end = (mark: string): void => {
    if (current === undefined) return;
    out.write(` ${mark} ${current.name} (${Math.round(now() - current.startedAt)} ms)\n`);
    current = undefined;
  };
  return {
    step: (name) => {
      end('✓');
      current = { name, startedAt: now() };
    },
    done: () => end('✓'),
    failed: () => end('✗'),
  };
};
