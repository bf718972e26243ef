import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { RawEvent } from '../../../schemas/topics/raw.ts';
import { createAnonymize } from '../../../services/anonymizer/anonymize.ts';
import { dropDuplicates, type Judged } from '../../../services/anonymizer/claims.ts';
import { anonymizerEnvironment, documentBounds } from '../../../services/anonymizer/config.ts';
import { parseEnvironment } from '../../../services/runtime/environment.ts';
import { drop, type Outcome, reject } from '../../../services/runtime/outcome.ts';
import { EmbeddedStateStore } from '../../../services/runtime/state/embedded.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { tinyCatalog } from '../../support/tiny-catalog.ts';

const HOUR_MS = 3_600_000;
const DUPLICATE = drop('duplicate', 'tiny.report');
const REPORT = { id: 'installation-1', version: '1.0', sequence: 7 };

const anonymize = createAnonymize(tinyCatalog, documentBounds(parseEnvironment(anonymizerEnvironment, {})));
const nowhere = { address: undefined, locate: () => undefined, hash: () => '', suppression: () => '' };

/** An event at an offset of partition 3 that carries `document`. */
const eventAt = (offset: number, document: object, more: Partial<RawEvent> = {}): Judged => {
  const raw: RawEvent = {
    event_id: `event-${offset}`,
    received_at: 1_732_180_000_000,
    product: 'tiny',
    door: '/tiny',
    method: 'POST',
    replay_of: null,
    encoding: 'identity',
    address: null,
    body: Buffer.from(JSON.stringify(document)),
    ...more,
  };
  return { raw, lineage: { generation: 'g1', partition: 3, offset }, outcome: anonymize(raw, nowhere) };
};

const start = async () => {
  const clock = { nowMs: 1_000_000 };
  const state = new EmbeddedStateStore(join(await temporaryFolder(), 'state'), () => clock.nowMs);
  onTestFinished(() => state.close());
  const settle = async (...events: readonly Judged[]): Promise<readonly (Outcome<unknown> | 'as judged')[]> => {
    const outcomes = await dropDuplicates(state, events);
    return outcomes.map((outcome, index) => (outcome === events[index]?.outcome ? 'as judged' : outcome));
  };
  return { state, clock, settle };
};

describe('a report with an identity', () => {
  test('is a duplicate when it comes again, in the same batch or in a later one', async () => {
    const { settle } = await start();
    expect(await settle(eventAt(1, REPORT), eventAt(2, REPORT))).toEqual(['as judged', DUPLICATE]);
    expect(await settle(eventAt(3, REPORT))).toEqual([DUPLICATE]);
  });

  test('is one for 48 hours and no longer', async () => {
    const { clock, settle } = await start();
    await settle(eventAt(1, REPORT));
    clock.nowMs += 48 * HOUR_MS - 1;
    expect(await settle(eventAt(2, REPORT))).toEqual([DUPLICATE]);
    clock.nowMs += 1;
    expect(await settle(eventAt(3, REPORT))).toEqual(['as judged']);
  });

  test('is another one with another identity, of another installation or of another kind', async () => {
    const { settle } = await start();
    const events = [
      eventAt(1, REPORT),
      eventAt(2, { ...REPORT, sequence: 8 }),
      eventAt(3, { ...REPORT, id: 'installation-2' }),
      eventAt(4, REPORT, { product: 'hashed', door: '/v1/reports/hashed' }),
    ];
    expect(await settle(...events)).toEqual(['as judged', 'as judged', 'as judged', 'as judged']);
  });

  test('is never a duplicate of itself: what a crash repeats is judged as before', async () => {
    const { settle } = await start();
    const batch = [eventAt(1, REPORT), eventAt(2, REPORT), eventAt(3, { ...REPORT, sequence: 8 })];
    const first = await settle(...batch);
    expect(await settle(...batch)).toEqual(first);
    expect(await settle(...batch.slice(1))).toEqual(first.slice(1));
  });

  test('is a duplicate also when the first one came through another log', async () => {
    const { settle } = await start();
    const event = eventAt(1, REPORT);
    await settle(event);
    expect(await settle({ ...event, lineage: { ...event.lineage, generation: 'g2' } })).toEqual([DUPLICATE]);
  });
});

const NAMELESS = { id: 'installation-1', version: '1.0' };
const INVALID = { id: 'installation-1' };

describe('a report without an identity', () => {
  test('counts every time that a client sends it', async () => {
    const { settle } = await start();
    expect(await settle(eventAt(1, NAMELESS), eventAt(2, NAMELESS))).toEqual(['as judged', 'as judged']);
  });

  test.each([
    ['kept', NAMELESS, DUPLICATE],
    ['invalid', INVALID, DUPLICATE],
    ['not even JSON', 'text', drop('duplicate', '')],
  ])('counts once when the edge has written it twice, also one that is %s', async (_what, document, duplicate) => {
    const { settle } = await start();
    const twice = { event_id: 'same', ...(document === 'text' && { body: Buffer.from('text') }) };
    const [first, second] = [eventAt(1, Object(document), twice), eventAt(2, Object(document), twice)];
    expect(await settle(first, second)).toEqual(['as judged', duplicate]);
    expect(await settle(first, second)).toEqual(['as judged', duplicate]);
  });
});

test('a value that is no raw event claims nothing: the same place in a log made anew is another event', async () => {
  const { settle } = await start();
  const event = { ...eventAt(1, {}), outcome: reject('envelope_undecodable') };
  expect(await settle(event, { ...event, lineage: { ...event.lineage, generation: 'g2' } })).toEqual([
    'as judged',
    'as judged',
  ]);
});

describe('a replay', () => {
  const replay = { event_id: 'replay-1', replay_of: 'event-1' };

  test('of a report that was refused after it had claimed its identity is kept', async () => {
    const { settle } = await start();
    await settle(eventAt(1, REPORT));
    expect(await settle(eventAt(9, REPORT, replay))).toEqual(['as judged']);
  });

  test('is kept also after an earlier one that was refused again', async () => {
    const { settle } = await start();
    await settle(eventAt(1, INVALID));
    await settle(eventAt(8, REPORT, replay));
    expect(await settle(eventAt(9, REPORT, { ...replay, event_id: 'replay-2' }))).toEqual(['as judged']);
  });

  test('is a duplicate when it runs twice', async () => {
    const { settle } = await start();
    expect(await settle(eventAt(8, REPORT, replay), eventAt(9, REPORT, replay))).toEqual(['as judged', DUPLICATE]);
    expect(await settle(eventAt(8, REPORT, replay), eventAt(9, REPORT, replay))).toEqual(['as judged', DUPLICATE]);
  });

  test('is a duplicate when the client has sent its report again in the meantime', async () => {
    const { settle } = await start();
    await settle(eventAt(1, INVALID));
    await settle(eventAt(2, REPORT));
    expect(await settle(eventAt(9, REPORT, replay))).toEqual([DUPLICATE]);
  });

  test('makes a duplicate of what the client sends again afterwards', async () => {
    const { settle } = await start();
    await settle(eventAt(8, REPORT, replay));
    expect(await settle(eventAt(9, REPORT))).toEqual([DUPLICATE]);
  });
});

test('no id of an installation is in a key or value of the store', async () => {
  const { state } = await start();
  const seen: string[] = [];
  const watched = {
    createOnce: state.createOnce.bind(state),
    raiseMany: state.raiseMany.bind(state),
    getMany: state.getMany.bind(state),
    close: state.close.bind(state),
    createOnceMany: async (entries: Parameters<typeof state.createOnceMany>[0], ttlMs: number) => {
      seen.push(...entries.map(({ key, value }) => `${key} ${value}`));
      return state.createOnceMany(entries, ttlMs);
    },
  };
  await dropDuplicates(watched, [eventAt(1, REPORT), eventAt(2, NAMELESS)]);
  expect(seen).toHaveLength(2);
  expect(seen.join()).not.toContain(REPORT.id);
});
