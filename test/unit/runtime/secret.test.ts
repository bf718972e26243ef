import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { parseEnvironment } from '../../../services/runtime/environment.ts';
import { StartError } from '../../../services/runtime/errors.ts';
import { schemaRegistryEnvironment } from '../../../services/runtime/registry/confluent-config.ts';
import { Secret } from '../../../services/runtime/secret.ts';
import { redisEnvironment } from '../../../services/runtime/state/redis-config.ts';

const TEXT = 'tr0ub4dor';

const secret = new Secret(TEXT);

test.each([
  ['a template', `${secret}`],
  ['JSON', JSON.stringify({ secret })],
  ["Node's printer", inspect({ secret }, { showHidden: true, depth: 10 })],
  ['a copy', JSON.stringify({ ...secret })],
])('%s does not show a secret', (_where, shown) => {
  expect(shown).not.toContain(TEXT);
  expect(secret.reveal()).toBe(TEXT);
});

test('a configuration can be printed', () => {
  const config = parseEnvironment(
    { ...redisEnvironment, ...schemaRegistryEnvironment },
    {
      REDIS_URL: `rediss://candor:${TEXT}@redis:6379/2`,
      SCHEMA_REGISTRY_URL: 'https://registry:8081',
      SCHEMA_REGISTRY_USERNAME: 'candor',
      SCHEMA_REGISTRY_PASSWORD: TEXT,
    },
  );
  for (const shown of [JSON.stringify(config), inspect(config, { showHidden: true, depth: 10 })]) {
    expect(shown).not.toContain(TEXT);
  }
  expect(config.REDIS_URL.reveal()).toBe(`rediss://candor:${TEXT}@redis:6379/2`);
});

test.each(['redis:6379', 'http://redis:6379', 'redis://', 'hidden'])(
  '"%s" is no address of Redis, and is not repeated',
  (url) => {
    const parse = (): unknown => parseEnvironment(redisEnvironment, { REDIS_URL: url });
    expect(parse).toThrow(StartError);
    expect(parse).toThrow('the environment does not parse: REDIS_URL: is no address of the form redis:// or rediss://');
  },
);
