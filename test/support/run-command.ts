import { execFile } from 'node:child_process';

/** Runs a command of ours with arguments, to its end; resolves with all that it prints, also when it fails. */
export const runCommand = (
  file: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<string> =>
  new Promise((resolve) => {
    execFile(process.execPath, [file, ...args], { env }, (_, stdout, stderr) => resolve(stdout + stderr));
  });
