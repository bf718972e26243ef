import { parseEnv } from 'node:util';
import { describe, expect, test } from 'vitest';
import type { z } from 'zod';
import { clickHouseEnvironment, optionalClickHouseEnvironment } from '../../../infra/clickhouse/config.ts';
import { anonymizerEnvironment, ownProcessEnvironment } from '../../../services/anonymizer/config.ts';
import { edgeEnvironment } from '../../../services/edge/config.ts';
import { processesEnvironment } from '../../../services/edge/processes.ts';
import { spoolEnvironment } from '../../../services/edge/spool/config.ts';
import { parseEnvironment } from '../../../services/runtime/environment.ts';
import { serviceEnvironment } from '../../../services/runtime/service.ts';
import { redisEnvironment } from '../../../services/runtime/state/redis-config.ts';
import { sinkEnvironment } from '../../../services/sink/config.ts';
import { readPage, tableRows } from '../../support/prose.ts';
import { PERSISTENCE } from '../../support/redis.ts';

/** What each service reads of its environment; SERVICE is for the image, which runs the one it names. */
const SHAPES: Readonly<Record<string, z.ZodRawShape>> = {
  edge: {
    ...edgeEnvironment,
    ...processesEnvironment,
    ...spoolEnvironment,
    ...serviceEnvironment,
    ...redisEnvironment,
    ...optionalClickHouseEnvironment,
  },
  anonymizer: { ...anonymizerEnvironment, ...ownProcessEnvironment, ...serviceEnvironment, ...redisEnvironment },
  enricher: serviceEnvironment,
  sink: { ...sinkEnvironment, ...serviceEnvironment, ...clickHouseEnvironment, ...redisEnvironment },
};

/** Indented entries of a block of the compose file, which keeps to one way of writing them. */
const entriesOf = (block: string): Record<string, string> =>
  Object.fromEntries([...block.matchAll(/^ +([A-Z_]+): (.+)$/gm)].map(([, name = '', value = '']) => [name, value]));

const compose = await readPage('docker-compose.yml');
const example = parseEnv(await readPage('.env.example'));

const blockOf = (service: string): string =>
  new RegExp(`^ {2}${service}:\\n((?: {4}.*\\n|\\n)+)`, 'm').exec(compose)?.[1] ?? '';

/** The environment that the compose file gives a service, with each variable of `.env` replaced. */
const environmentOf = (service: string): Record<string, string> => {
  const common = /^x-environment: .*\n((?: {2}.*\n)+)/m.exec(compose)?.[1] ?? '';
  const environment = { ...entriesOf(common), ...entriesOf(blockOf(service)) };
  return Object.fromEntries(
    Object.entries(environment).map(([name, value]) => [
      name,
      value.replaceAll(/\$\{(\w+)[^}]*\}/g, (_, variable: string) => example[variable] || 'secret-of-a-test'),
    ]),
  );
};

describe('docker-compose.yml', () => {
  test.each(Object.entries(SHAPES))('gives %s an environment that it can start with', (service, shape) => {
    const { SERVICE, ...environment } = environmentOf(service);
    expect(SERVICE).toBe(service);
    expect(Object.keys(shape)).toEqual(expect.arrayContaining(Object.keys(environment)));
    expect(() => parseEnvironment(shape, environment)).not.toThrow();
  });

  test('publishes every port on loopback, except for the edge', () => {
    const ports = [...compose.matchAll(/^ {4}ports: \["(.+)"\]$/gm)].map(([, port]) => port);
    expect(ports.length).toBe(compose.match(/ports:/g)?.length);
    expect(ports.filter((port) => !port?.startsWith('127.0.0.1:'))).toEqual([`\${EDGE_PORT:-8080}:8080`]);
  });

  test('takes the variables of .env.example, with the same defaults', () => {
    const taken = [...compose.matchAll(/\$\{(\w+)(?::-([^}]*))?/g)].map(([, name = '', fallback = '']) => ({
      name,
      fallback,
    }));
    expect([...new Set(taken.map(({ name }) => name))].sort()).toEqual(Object.keys(example).sort());
    for (const { name, fallback } of taken) if (fallback !== '') expect(fallback).toBe(example[name]);
  });

  test('has Redis keep what it takes as the tests do', () => {
    const items = [...blockOf('redis').matchAll(/^ {6}- (.+)$/gm)].map(([, item = '']) => item.replaceAll('"', ''));
    expect(items.join(' ')).toContain(PERSISTENCE.join(' '));
  });

  test('has no password in it, nor has .env.example', () => {
    for (const [name, value] of Object.entries(example))
      if (/_(PASSWORD|SALT|TOKEN)$/.test(name)) expect(value).toBe('');
    const passwords = [...compose.matchAll(/(?:PASSWORD|SALT|TOKEN): (.*)$/gm)].map(([, value = '']) => value);
    for (const value of passwords) expect(value).toMatch(/^\$\{/);
  });
});

describe('docs/services/compose.md', () => {
  test('explains every variable of .env.example', async () => {
    const rows = tableRows(await readPage('docs/services/compose.md'));
    const named = rows.map(([first = '']) => first).filter((cell) => /^[A-Z_]+$/.test(cell));
    expect(named.sort()).toEqual(Object.keys(example).sort());
  });
});
