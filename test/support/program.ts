import { type ChildProcess, spawn } from 'node:child_process';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

/** One of our programs in a process of its own. */
export interface RunningProgram {
  readonly pid: number;
  /** What it has printed so far. */
  output(): string;
  /** Sends a signal and resolves with the exit code, or the signal that ended it. */
  end(signal: NodeJS.Signals): Promise<number | string>;
  /** Resolves when the process has ended by itself. */
  readonly ended: Promise<number | string>;
}

const children = new Set<ChildProcess>();

// A test that fails on its way does not leave its programs behind.
process.once('exit', () => {
  for (const child of children) child.kill('SIGKILL');
});

/** Runs the program in `file`, relative to the project; resolves at once. */
export const runProgram = (file: string, env: Readonly<Record<string, string>>): RunningProgram => {
  const path = fileURLToPath(new URL(`../../${file}`, import.meta.url));
  const child = spawn(process.execPath, [path], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  children.add(child);
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      printed += text;
    });
  }
  const ended = new Promise<number | string>((resolve) => {
    child.once('close', (code, signal) => {
      children.delete(child);
      resolve(signal ?? code ?? -1);
    });
  });
  return {
    pid: child.pid ?? -1,
    output: () => printed,
    ended,
    end: (signal) => {
      child.kill(signal);
      return ended;
    },
  };
};

/**
 * Runs a program to its end.
 *
 * @throws Error with what it has printed when it fails.
 */
export const runToItsEnd = async (file: string, env: Readonly<Record<string, string>>): Promise<void> => {
  const program = runProgram(file, env);
  const code = await program.ended;
  if (code !== 0) throw new Error(`${file} ended with ${code}: ${program.output()}`);
};
