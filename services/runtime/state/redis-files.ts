import type { Redis } from 'ioredis';

/** Entry whose absence means that the append-only file is to be written anew. */
const REWRITTEN = 'rewritten';

/** How long what has expired may stay in the append-only file. */
const REWRITE_EVERY_MS = 3_600_000;

/** How often each process looks whether it is time. */
export const LOOK_EVERY_MS = 600_000;

const fieldOf = (info: string, name: string): string | undefined =>
  info
    .split('\r\n')
    .find((line) => line.startsWith(`${name}:`))
    ?.slice(name.length + 1);

/**
 * Has Redis write its append-only file anew, once an hour among all processes: whatever was written stays in the old file, also
 * keys that were destroyed since.
 *
 * @throws Error when Redis is away, does not allow it, or has begun by itself.
 */
export const rewriteInTurn = async (redis: Redis): Promise<void> => {
  if (fieldOf(await redis.info('persistence'), 'aof_enabled') !== '1') return;
  const isOurTurn = await redis.set(REWRITTEN, '', 'PX', REWRITE_EVERY_MS, 'NX');
  if (isOurTurn === null) return;
  await redis.bgrewriteaof().catch(async (error: unknown) => {
    await redis.del(REWRITTEN);
    throw error;
  });
};

/** What of Redis's settings lets it forget what it has taken, in words; nothing where it is set up as compose does it. */
export const forgetfulSettings = async (redis: Redis): Promise<readonly string[]> => {
  const persistence = await redis.info('persistence');
  const memory = await redis.info('memory');
  const policy = fieldOf(memory, 'maxmemory_policy');
  return [
    ...(fieldOf(persistence, 'aof_enabled') === '1'
      ? []
      : ['appendonly is off: when it is killed, a report that is sent again may be stored twice']),
    ...(policy === undefined || policy === 'noeviction'
      ? []
      : [`maxmemory-policy is ${policy}: when it is full, a report that is sent again may be stored twice`]),
  ];
};
