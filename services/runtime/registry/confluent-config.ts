import { z } from 'zod';
import { secret } from '../secret.ts';

/** Whether an address carries a user or a password, which would be printed with it. */
const hasLogin = (url: string): boolean => {
  const { username, password } = new URL(url);
  return username !== '' || password !== '';
};

/** How to reach the schema registry. */
export const schemaRegistryEnvironment = {
  /** Base of the Confluent paths, such as `http://registry:8081`. */
  SCHEMA_REGISTRY_URL: z
    .url({ protocol: /^https?$/, hostname: /./, abort: true, error: 'is no address of the form http:// or https://' })
    .refine((url) => !hasLogin(url), 'user and password belong into SCHEMA_REGISTRY_USERNAME and _PASSWORD'),
  /** User of HTTP basic authentication; without one, none is used. */
  SCHEMA_REGISTRY_USERNAME: z.string().optional(),
  SCHEMA_REGISTRY_PASSWORD: secret.optional(),
};

/** How to reach the schema registry. */
export type SchemaRegistryConfig = Readonly<z.output<z.ZodObject<typeof schemaRegistryEnvironment>>>;
