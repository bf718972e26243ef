import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

// `npm run env`: writes .env from .env.example, with a random secret wherever one is missing. The lines of a .env that
// is already there are kept as they are. `npm run env -- FILE` does the same for another file.
const EXAMPLE = new URL('../../.env.example', import.meta.url);
const target = process.argv[2] ?? fileURLToPath(new URL('../../.env', import.meta.url));

const LINE = /^(\w+)=(.*)$/gm;
const example = await readFile(EXAMPLE, 'utf8');
const existing = await readFile(target, 'utf8').catch((error: NodeJS.ErrnoException) => {
  if (error.code === 'ENOENT') return '';
  throw error;
});
const known = new Map(
  [...existing.matchAll(LINE)].map(([line, name, value]) => [name, value === '' ? undefined : line]),
);
const expected = new Set([...example.matchAll(LINE)].map(([, name]) => name));

const filled = example.replaceAll(LINE, (line, name: string) => {
  const fallback = /_(PASSWORD|SALT|TOKEN)$/.test(name) ? `${name}=${randomBytes(18).toString('hex')}` : line;
  return known.get(name) ?? fallback;
});
// What the example doesn't name is the operator's own.
const own = [...known]
  .filter(([name]) => !expected.has(name))
  .map(([, line]) => (line === undefined ? '' : `${line}\n`));
await writeFile(target, filled + own.join(''), { mode: 0o600 });
process.stdout.write(`${target} is complete: keep it out of git, and as long as the volumes\n`);
