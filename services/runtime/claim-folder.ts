import { mkdir, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import { resolve } from 'node:path';
import { messageOf, StartError } from './errors.ts';

/** A folder that belongs to this process. */
export interface ClaimedFolder {
  readonly path: string;
  release(): Promise<void>;
}

/**
 * Claims the folder that the environment's `variable` names, and makes it if need be. The claim is an abstract socket named
 * after the folder's inode: the kernel takes it back when the process ends, however it ends, so that no stale lock can be left
 * behind.
 *
 * @throws StartError when another process has claimed it, or it can't be made.
 */
export const claimFolder = async (variable: string, folder: string): Promise<ClaimedFolder> => {
  const path = resolve(folder);
  const { dev, ino } = await mkdir(path, { recursive: true })
    .then(() => stat(path))
    .catch((error: unknown) => {
      throw new StartError(`${variable} ${path} can't be made: ${messageOf(error)}`, { cause: error });
    });
  const socket = createServer().unref();
  await new Promise<void>((done, fail) => {
    socket.once('error', (error: NodeJS.ErrnoException) => {
      const why =
        error.code === 'EADDRINUSE'
          ? `is in use by another Candor: stop that one, or set ${variable} to another folder`
          : `can't be claimed: ${error.message}`;
      fail(new StartError(`${variable} ${path} ${why}`, { cause: error }));
    });
    socket.listen(`\0candor-${dev}-${ino}`, done);
  });
  return { path, release: () => new Promise((released) => socket.close(() => released())) };
};
