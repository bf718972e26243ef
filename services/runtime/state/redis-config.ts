import { z } from 'zod';
import { Secret } from '../secret.ts';

/** How to reach Redis. */
export const redisEnvironment = {
  /** `redis://user:password@host:port/database`, or `rediss://` for TLS; a secret, because the password is part of it. */
  REDIS_URL: z
    .url({ protocol: /^rediss?$/, hostname: /./, error: 'is no address of the form redis:// or rediss://' })
    .transform((url) => new Secret(url)),
};
