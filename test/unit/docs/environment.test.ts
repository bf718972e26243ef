import { readFile } from 'node:fs/promises';
import { parseEnv } from 'node:util';
import { expect, test } from 'vitest';
import { parseEnvironment } from '../../../services/runtime/environment.ts';
import { standaloneEnvironment } from '../../../services/standalone/config.ts';

const read = async (name: string): Promise<NodeJS.Dict<string>> =>
  parseEnv(await readFile(new URL(`../../../infra/env/${name}`, import.meta.url), 'utf8'));

test('the reference names every variable of the standalone pipeline, with its default', async () => {
  const reference = await read('standalone.reference.env');
  expect(Object.keys(reference).sort()).toEqual(Object.keys(standaloneEnvironment).sort());
  expect(parseEnvironment(standaloneEnvironment, reference)).toEqual(parseEnvironment(standaloneEnvironment, {}));
});

test('the minimal environment is enough to start', async () => {
  const minimal = await read('standalone.minimal.env');
  expect(() => parseEnvironment(standaloneEnvironment, minimal)).not.toThrow();
});
