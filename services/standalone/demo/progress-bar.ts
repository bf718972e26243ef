/** Shows how far a piece of work is. */
export interface ProgressBar {
  /** @param fraction from 0 to 1 */
  update(fraction: number, note: string): void;
  done(note: string): void;
}

const WIDTH = 30;
const REDRAW_INTERVAL_MS = 50;

/** One line that is rewritten on a terminal; elsewhere a line each ten percent. */
export const createProgressBar = (
  out: NodeJS.WritableStream & { readonly isTTY?: boolean },
  title: string,
  now: () => number = () => performance.now(),
): ProgressBar => {
  const startedAt = now();
  let drawnAt = Number.NEGATIVE_INFINITY;
  let tenths = -1;
  return {
    update: (fraction, note) => {
      const percent = `${Math.floor(fraction * 100)} %`.padStart(5);
      if (out.isTTY) {
        if (now() - drawnAt < REDRAW_INTERVAL_MS) return;
        drawnAt = now();
        const filled = Math.floor(fraction * WIDTH);
        out.write(`\r\x1b[K ${title} ${'█'.repeat(filled)}${'░'.repeat(WIDTH - filled)} ${percent}  ${note}`);
      } else if (Math.floor(fraction * 10) > tenths) {
        tenths = Math.floor(fraction * 10);
        out.write(` ${title} ${percent}  ${note}\n`);
      }
    },
    done: (note) => {
      out.write(`${out.isTTY ? '\r\x1b[K' : ''} ✓ ${title}: ${note} (${((now() - startedAt) / 1000).toFixed(1)} s)\n`);
    },
  };
};
