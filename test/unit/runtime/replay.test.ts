import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { RAW_SCHEMA, type RawEvent } from '../../../schemas/topics/raw.ts';
import { valueSubject } from '../../../schemas/topics/rows.ts';
import { TOPICS } from '../../../schemas/topics/topics.ts';
import { Codec } from '../../../services/runtime/codec.ts';
import { EmbeddedLog } from '../../../services/runtime/log/embedded.ts';
import { EmbeddedSchemaIds } from '../../../services/runtime/registry/embedded.ts';
import { createReplay, type ReplayRequest, replayId } from '../../../services/runtime/replay.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const RAW: RawEvent = {
  event_id: '01997c2e-6b0a-7c3e-9a55-0f6c2f4c1d7e',
  received_at: 1_750_000_000_000,
  product: 'tiny',
  door: '/tiny',
  method: 'POST',
  replay_of: null,
  encoding: 'gzip',
  address: { key_id: 'key', sealed: Buffer.from('sealed') },
  body: Buffer.from('body'),
};

const start = async () => {
  const folder = await temporaryFolder();
  const log = new EmbeddedLog({
    path: join(folder, 'log'),
    partitions: 2,
    topics: [TOPICS.raw],
    maxBytes: 1024 ** 3,
    onSweepError: (error) => Promise.reject(error),
  });
  onTestFinished(() => log.close());
  const ids = new EmbeddedSchemaIds(join(folder, 'registry'));
  onTestFinished(() => ids.close());
  await ids.register(valueSubject(TOPICS.raw.name), RAW_SCHEMA);
  const codec = await Codec.of<RawEvent>(ids, valueSubject(TOPICS.raw.name), RAW_SCHEMA);
  await log.append(TOPICS.raw.name, 1, [codec.encode(RAW), Buffer.from('nothing of ours')]);
  const written = async (): Promise<(RawEvent | undefined)[]> => {
    const offsets = Array.from(
      { length: ((await log.ranges(TOPICS.raw.name))[1]?.end ?? 0) - 2 },
      (_, index) => index + 2,
    );
    return [...(await log.read(TOPICS.raw.name, 1, offsets)).values()].map((value) => codec.decode(value));
  };
  const request: ReplayRequest = {
    event_id: RAW.event_id,
    generation: log.generation,
    partition: 1,
    offset: 0,
    attempt: 0,
  };
  return { replay: await createReplay(log, ids), request, written };
};

test('a replay is the raw event as it was, at the end of its partition, with an id of its own', async () => {
  const { replay, request, written } = await start();
  const replay_id = replayId(RAW.event_id, 0);
  expect(await replay([request])).toEqual([{ event_id: RAW.event_id, replay_id, obstacle: null }]);
  expect(await written()).toEqual([{ ...RAW, event_id: replay_id, replay_of: RAW.event_id }]);
});

test('the same attempt is the same event, the next one is another', async () => {
  const { replay, request, written } = await start();
  await Promise.all([replay([request]), replay([request])]);
  await replay([{ ...request, attempt: 1 }]);
  const [first, second, third] = (await written()).map((event) => event?.event_id);
  expect(second).toBe(first);
  expect(third).not.toBe(first);
  expect(first).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/);
});

test.each([
  ['later_topic', { generation: 'candor.rows@abc' }],
  ['other_log', { generation: 'abc' }],
  ['removed', { offset: 17 }],
  ['removed', { partition: 0 }],
  ['unreadable', { offset: 1 }],
  ['unreadable', { event_id: '01997c2e-0000-7c3e-9a55-0f6c2f4c1d7e' }],
] as const)('what can not be replayed is told: %s, with %j', async (obstacle, different) => {
  const { replay, request, written } = await start();
  const event_id = 'event_id' in different ? different.event_id : RAW.event_id;
  expect(await replay([{ ...request, ...different }])).toEqual([{ event_id, replay_id: null, obstacle }]);
  expect(await written()).toEqual([]);
});
