import { z } from 'zod';
import { secret } from '../../services/runtime/secret.ts';
import type { ClickHouseAccess } from './client.ts';

/** Where tables live on a cluster: its name, as the servers' `remote_servers` has it. */
export const clusterEnvironment = {
  CLICKHOUSE_CLUSTER: z
    .string()
    .regex(/^[A-Za-z_][\w-]*$/, 'is no name of a cluster')
    .optional(),
};

/** How to reach a ClickHouse server. */
export const clickHouseEnvironment = {
  CLICKHOUSE_URL: z.url(),
  CLICKHOUSE_USER: z.string().default('default'),
  CLICKHOUSE_PASSWORD: secret.prefault(''),
  ...clusterEnvironment,
};

/** The access that the environment names. */
export const clickHouseAccess = (
  config: Readonly<z.output<z.ZodObject<typeof clickHouseEnvironment>>>,
): ClickHouseAccess => ({
  url: config.CLICKHOUSE_URL,
  username: config.CLICKHOUSE_USER,
  password: config.CLICKHOUSE_PASSWORD.reveal(),
  cluster: config.CLICKHOUSE_CLUSTER,
});

/** The same for who can do without. */
export const optionalClickHouseEnvironment = { ...clickHouseEnvironment, CLICKHOUSE_URL: z.url().optional() };

/** The access that the environment names, if it names one. */
export const optionalClickHouseAccess = ({
  CLICKHOUSE_URL,
  ...config
}: Readonly<z.output<z.ZodObject<typeof optionalClickHouseEnvironment>>>): ClickHouseAccess | undefined =>
  CLICKHOUSE_URL === undefined ? undefined : clickHouseAccess({ CLICKHOUSE_URL, ...config });
