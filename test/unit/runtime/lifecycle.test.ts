import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { Lifecycle } from '../../../services/runtime/lifecycle.ts';
import { createLogger } from '../../../services/runtime/logger.ts';

const start = () => {
  const lifecycle = new Lifecycle(createLogger('silent'));
  const effects: string[] = [];
  const add = (name: string, fail = false): void =>
    lifecycle.onClose(name, async () => {
      effects.push(`closing ${name}`);
      await turn();
      if (fail) throw new Error(`${name} is stuck`);
      effects.push(`closed ${name}`);
    });
  return { lifecycle, effects, add };
};

test('parts are closed one after the other, the last started first', async () => {
  const { lifecycle, effects, add } = start();
  add('log');
  add('edge');
  await lifecycle.close();
  expect(effects).toEqual(['closing edge', 'closed edge', 'closing log', 'closed log']);
});

test('whoever closes again waits for the same close', async () => {
  const { lifecycle, effects, add } = start();
  add('log');
  await Promise.all([lifecycle.close(), lifecycle.close().then(() => effects.push('second close'))]);
  await lifecycle.close();
  expect(effects).toEqual(['closing log', 'closed log', 'second close']);
});

test('a part that fails to close does not keep the others open', async () => {
  const { lifecycle, effects, add } = start();
  add('log');
  add('edge', true);
  await lifecycle.close();
  expect(effects).toEqual(['closing edge', 'closing log', 'closed log']);
});

test('nothing started is nothing to close', async () => {
  const { lifecycle, effects } = start();
  await lifecycle.close();
  expect(effects).toEqual([]);
});
