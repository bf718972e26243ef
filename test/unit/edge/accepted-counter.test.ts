import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { AcceptedCounter } from '../../../services/edge/accepted-counter.ts';
import { countedDays, readCounts, utcDateOf } from '../../../services/runtime/accepted-counts.ts';
import { Secret } from '../../../services/runtime/secret.ts';
import { EmbeddedStateStore } from '../../../services/runtime/state/embedded.ts';
import { RedisStateStore } from '../../../services/runtime/state/redis.ts';
import { openSpool } from '../../support/spool.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { postReport, startTestEdge } from '../../support/test-edge.ts';

const NOW_MS = Date.now();
const [TODAY = '', YESTERDAY = ''] = countedDays(NOW_MS);
const YESTERDAY_MS = NOW_MS - 24 * 3_600_000;

const openState = async (): Promise<EmbeddedStateStore> => {
  const state = new EmbeddedStateStore(join(await temporaryFolder(), 'state'));
  onTestFinished(() => state.close());
  return state;
};

const countsOf = async (state: EmbeddedStateStore, day = TODAY) =>
  (await readCounts(state, day, ['tiny', 'other'])).map(({ products }) => Object.fromEntries(products));

test('what was made durable is counted by product and by the day on which it was received', async () => {
  const state = await openState();
  const counter = new AcceptedCounter(state, undefined);
  counter.count('tiny', NOW_MS);
  counter.count('tiny', NOW_MS);
  counter.count('other', NOW_MS);
  counter.count('tiny', YESTERDAY_MS);
  await counter.close();
  expect(await countsOf(state)).toEqual([{ tiny: 2, other: 1 }]);
  expect(await countsOf(state, YESTERDAY)).toEqual([{ tiny: 1 }]);
});

test('every run counts for itself', async () => {
  const state = await openState();
  for (const count of [1, 2, 3]) {
    const counter = new AcceptedCounter(state, undefined);
    for (let event = 0; event < count; event += 1) counter.count('tiny', NOW_MS);
    await counter.close();
  }
  expect(await countsOf(state)).toEqual([1, 2, 3].map((tiny) => ({ tiny })));
});

test('days that the sink does not ask for any more are left out', async () => {
  const state = await openState();
  const counter = new AcceptedCounter(state, undefined);
  const longAgoMs = NOW_MS - 30 * 24 * 3_600_000;
  counter.count('tiny', longAgoMs);
  await counter.close();
  expect(await countsOf(state, utcDateOf(longAgoMs))).toEqual([]);
});

test('a state store that is away keeps nobody waiting', async () => {
  const state = new RedisStateStore(new Secret('redis://127.0.0.1:1'));
  onTestFinished(() => state.close());
  const counter = new AcceptedCounter(state, undefined);
  counter.count('tiny', NOW_MS);
  await expect(counter.close()).resolves.toBeUndefined();
});

test('what has been in the spool, and what is not there any more, is told as well', async () => {
  const state = await openState();
  const folder = await temporaryFolder();
  const before = await openSpool(folder);
  await before.append(0, Buffer.from('of an earlier run'));
  await before.close();

  const spool = await openSpool(folder);
  const counter = new AcceptedCounter(state, spool);
  for (const partition of [0, 1]) await spool.append(partition, Buffer.from('spooled'));
  counter.count('tiny', NOW_MS);
  const drained = spool.of(1);
  const batch = await drained.next(1, 1_000, () => undefined);
  if (batch) await drained.drained(batch);
  await counter.close();
  expect(await readCounts(state, TODAY, [])).toMatchObject([{ spooled: 3, unspooled: 1 }]);
});

test('an edge leaves its last counts when it ends: what it has answered with success, and nothing that it refused', async () => {
  const edge = await startTestEdge();
  for (let report = 0; report < 3; report += 1) expect((await postReport(edge)).status).toBe(200);
  expect((await postReport(edge, '')).status).not.toBe(200);
  await edge.close();
  const counts = await readCounts(edge.state, TODAY, ['tiny']);
  expect(counts.map(({ products }) => products.get('tiny'))).toEqual([3]);
  expect((await edge.metrics.accepted.get()).values).toMatchObject([{ labels: { product: 'tiny' }, value: 3 }]);
});
