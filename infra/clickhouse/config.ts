import { z } from 'zod';
import { secret } from '../../services/runtime/secret.ts';
import type { ClickHouseAccess } from './client.ts';

/** How to reach a ClickHouse server. */
export const clickHouseEnvironment = {
  CLICKHOUSE_URL: z.url(),
  CLICKHOUSE_USER: z.string().default('default'),
  CLICKHOUSE_PASSWORD: secret.prefault(''),
};

/** The access that the environment names. */
export const clickHouseAccess = (
  config: Readonly<z.output<z.ZodObject<typeof clickHouseEnvironment>>>,
): ClickHouseAccess => ({
  url: config.CLICKHOUSE_URL,
  username: config.CLICKHOUSE_USER,
  password: config.CLICKHOUSE_PASSWORD.reveal(),
});
