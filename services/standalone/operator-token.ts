import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Secret } from '../runtime/secret.ts';

const TOKEN_BYTES = 24;

const fileIn = (dataDir: string): string => join(dataDir, 'operator-token');

/** The token that a data folder keeps; undefined when there is none. */
export const readOperatorToken = async (dataDir: string): Promise<Secret | undefined> => {
  const text = await readFile(fileIn(dataDir), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  return text === undefined ? undefined : new Secret(text.trim());
};

/** The token that a data folder keeps, made now if there is none: whoever may read the folder is its operator. */
export const keepOperatorToken = async (dataDir: string): Promise<Secret> => {
  const known = await readOperatorToken(dataDir);
  if (known !== undefined) return known;
  const made = randomBytes(TOKEN_BYTES).toString('base64url');
  await writeFile(fileIn(dataDir), `${made}\n`, { mode: 0o600 });
  return new Secret(made);
};
