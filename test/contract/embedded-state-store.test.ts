import { randomBytes } from 'node:crypto';
import { readdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { EmbeddedStateStore } from '../../services/runtime/state/embedded.ts';
import { isOnDisk } from '../support/is-on-disk.ts';
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

test('an expired key is in no file any more', async () => {
  const under = await create();
  const key = Buffer.from(randomBytes(16).toString('hex'));
  const store = await under.open();
  await store.createOnce('address-key/1', key, 1_000);
  // Claims come and go around it.
  for (let round = 0; round < 3; round += 1) {
    const claims = Array.from({ length: 100 }, (_, index) => ({ key: `${round}/${index}`, value: randomBytes(16) }));
    await store.createOnceMany(claims, 1_000);
  }
  expect(await isOnDisk(under.path, key)).toBe(true);
  await store.close();
  await under.pass(1_000);
  await (await under.open()).close();
  expect(await isOnDisk(under.path, key)).toBe(false);
});

test('a key whose writing was cut off is no key', async () => {
  const under = await create();
  const before = await under.open();
  await before.createOnce('key', Buffer.from('value'), 1_000);
  await before.close();
  const folder = join(under.path, 'keys');
  const [name = ''] = await readdir(folder);
  await rename(join(folder, name), join(folder, `${name}.new`));
  const store = await under.open();
  expect(await store.createOnce('key', Buffer.from('other'), 1_000)).toEqual(Buffer.from('other'));
  await store.close();
  expect(await readdir(folder)).toEqual([name]);
});
