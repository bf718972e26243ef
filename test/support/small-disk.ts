import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmdirSync } from 'node:fs';
import { mkdir, open, rm, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';

/** A file system of its own that can be filled up. */
export interface SmallDisk {
  /** Leaves no byte free. */
  fill(): Promise<void>;
  /** Takes back what `fill` took. */
  free(): Promise<void>;
  /** Unmounts it, with what it holds. */
  close(): Promise<void>;
}

const FILLER = 'filler';

/** Bytes written at once while it is filled: the last write fails, and nothing more than this may be left by it. */
const PAGE_BYTES = 4_096;

/** Whether this process may mount file systems: the superuser, and not in every container. */
export const canMount = (): boolean => {
  const folder = mkdtempSync(join(tmpdir(), 'candor-mount-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4k', 'tmpfs', folder], { stdio: 'ignore' });
    execFileSync('umount', [folder]);
    return true;
  } catch {
    return false;
  } finally {
    rmdirSync(folder);
  }
};

/** Mounts a file system in memory at `path`. */
export const mountSmallDisk = async (path: string, bytes: number): Promise<SmallDisk> => {
  await mkdir(path, { recursive: true });
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${bytes}`, 'tmpfs', path]);
  // Lazily: whoever has files open there is being ended.
  const unmount = (): void => {
    execFileSync('umount', ['--lazy', path]);
  };
  process.once('exit', unmount);
  const filler = join(path, FILLER);
  return {
    fill: async () => {
      const file = await open(filler, 'w');
      try {
        const { bavail, bsize } = await statfs(path);
        await file.write(Buffer.alloc(bavail * bsize));
        for (;;) await file.appendFile(Buffer.alloc(PAGE_BYTES));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
      } finally {
        await file.close();
      }
    },
    free: () => rm(filler, { force: true }),
    close: async () => {
      process.off('exit', unmount);
      unmount();
    },
  };
};
