import process from 'node:process';
import { Secret } from '../../services/runtime/secret.ts';
import { RedisStateStore } from '../../services/runtime/state/redis.ts';

// A process of its own that races others for the same keys: `create-once.ts <proposal> <keys>`, Redis in REDIS_URL. Says
// `ready`, waits for a line, and prints the values that it was given.
const [proposal = '', keys = '0'] = process.argv.slice(2);
const store = new RedisStateStore(new Secret(process.env.REDIS_URL ?? ''));
await store.ping();
process.stdout.write('ready\n');
process.stdin.once('data', async () => {
  const names = Array.from({ length: Number(keys) }, (_, index) => `raced/${index}`);
  const given = await Promise.all(names.map((name) => store.createOnce(name, Buffer.from(proposal), 60_000)));
  await store.close();
  process.stdout.write(`${JSON.stringify(given.map(String))}\n`);
  process.stdin.destroy();
});
