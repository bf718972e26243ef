import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { parseEnv } from 'node:util';

// `npm run env`: writes .env from .env.example, with a random password wherever a value is missing. What stands in a .env
// that is already there is kept.
const EXAMPLE = new URL('../../.env.example', import.meta.url);
const TARGET = new URL('../../.env', import.meta.url);

const example = await readFile(EXAMPLE, 'utf8');
const known = parseEnv(await readFile(TARGET, 'utf8').catch(() => ''));
const filled = example.replaceAll(/^(\w+)=(.*)$/gm, (_line, name: string, value: string) => {
  const password = name.endsWith('_PASSWORD') ? randomBytes(18).toString('hex') : value;
  return `${name}=${known[name] || password}`;
});
await writeFile(TARGET, filled, { mode: 0o600 });
process.stdout.write('.env is complete: keep it out of git, and as long as the volumes\n');
