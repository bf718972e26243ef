import { join } from 'node:path';
import { expect, test } from 'vitest';
import { EmbeddedStateStore } from '../../services/runtime/state/embedded.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { describeStateStore } from './state-store.ts';

const create = async () => {
  const path = join(await temporaryFolder(), 'state');
  let nowMs = 1_000_000;
  return {
    path,
    open: async () => new EmbeddedStateStore(path, () => nowMs),
    pass: async (ms: number) => {
      nowMs += ms;
    },
  };
};

describeStateStore('the embedded state store', create);

test('an expired entry is removed at the latest when the store is opened', async () => {
  const under = await create();
  const before = await under.open();
  await before.createOnce('key', Buffer.from('value'), 1_000);
  await before.close();
  await under.pass(1_000);
  const swept = await under.open();
  await swept.close();
  await under.pass(-1_000);
  const after = await under.open();
  const entries = await after.getMany(['key']);
  await after.close();
  expect(entries).toEqual([undefined]);
});
