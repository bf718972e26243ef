import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Whether any file below `folder` holds these bytes; one that is removed meanwhile holds none. */
export const isOnDisk = async (folder: string, bytes: Buffer): Promise<boolean> => {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  const contents = await Promise.all(files.map((path) => readFile(path).catch(() => Buffer.alloc(0))));
  return contents.some((content) => content.includes(bytes));
};
