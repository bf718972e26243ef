import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { installationsPath } from '../../../schemas/pipeline/erasure.ts';
import type { RawEvent } from '../../../schemas/topics/raw.ts';
import { createAnonymize } from '../../../services/anonymizer/anonymize.ts';
import type { Judged } from '../../../services/anonymizer/claims.ts';
import { anonymizerEnvironment, documentBounds } from '../../../services/anonymizer/config.ts';
import { dropSuppressed } from '../../../services/anonymizer/suppressed.ts';
import { parseEnvironment } from '../../../services/runtime/environment.ts';
import { drop, reject } from '../../../services/runtime/outcome.ts';
import { EmbeddedStateStore } from '../../../services/runtime/state/embedded.ts';
import { loadSuppressionSalt, suppressionName } from '../../../services/runtime/suppression.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { tinyCatalog } from '../../support/tiny-catalog.ts';

const ID = 'an-id-of-20-characters';
const T = 1_732_180_000_000;
const DAY_MS = 86_400_000;
const SUPPRESSED = drop('suppressed', 'tiny.report');
const SALT = Buffer.from('salt');

const anonymize = createAnonymize(tinyCatalog, documentBounds(parseEnvironment(anonymizerEnvironment, {})));
const suppression = (product: string, id: string): string => suppressionName(SALT, product, id);
const context = { address: undefined, locate: () => undefined, hash: () => '', suppression };

const event = (more: Partial<RawEvent>, document: unknown): Judged => {
  const raw: RawEvent = {
    event_id: 'event-1',
    received_at: T,
    product: 'tiny',
    door: '/tiny',
    method: 'POST',
    replay_of: null,
    encoding: 'identity',
    address: null,
    body: Buffer.from(JSON.stringify(document)),
    ...more,
  };
  return { raw, lineage: { generation: 'g1', partition: 3, offset: 1 }, outcome: anonymize(raw, context) };
};

const report = (receivedAt: number, id = ID, product = 'tiny'): Judged =>
  event({ received_at: receivedAt, product, door: `/v1/reports/${product}` }, { id, version: '1.0' });

const optOut = (receivedAt: number, document: unknown = { id: ID }): Judged =>
  event({ received_at: receivedAt, method: 'DELETE' }, document);

const atOurDoor = (document: unknown): Judged =>
  event({ received_at: T, method: 'DELETE', door: installationsPath('tiny') }, document);

const start = async () => {
  const clock = { nowMs: T };
  const state = new EmbeddedStateStore(join(await temporaryFolder(), 'state'), () => clock.nowMs);
  onTestFinished(() => state.close());
  /** The outcomes that a batch has then; `as judged` where they are what they were. */
  const settle = async (...events: readonly Judged[]): Promise<unknown[]> =>
    (await dropSuppressed(state, suppression, events)).map(({ outcome }, index) =>
      outcome === events[index]?.outcome ? 'as judged' : outcome,
    );
  return { state, clock, settle };
};

describe('an opt-out', () => {
  test('keeps out what was received until then, before it in its batch, after it, and in later ones', async () => {
    const { settle } = await start();
    expect(await settle(report(T - 1), optOut(T), report(T), report(T + 1))).toEqual([
      SUPPRESSED,
      'as judged',
      SUPPRESSED,
      'as judged',
    ]);
    expect(await settle(report(T), report(T + 1))).toEqual([SUPPRESSED, 'as judged']);
  });

  test('concerns one installation of one product', async () => {
    const { settle } = await start();
    const others = [report(T, 'another-installation-1'), report(T, ID, 'hashed')];
    expect(await settle(optOut(T), ...others)).toEqual(['as judged', 'as judged', 'as judged']);
  });

  test('never takes back what a later one has kept out', async () => {
    const { settle } = await start();
    await settle(optOut(T + 10));
    await settle(optOut(T));
    expect(await settle(report(T + 10))).toEqual([SUPPRESSED]);
  });

  test('is remembered for 45 days', async () => {
    const { settle, clock } = await start();
    await settle(optOut(T));
    clock.nowMs += 45 * DAY_MS - 1;
    expect(await settle(report(T))).toEqual([SUPPRESSED]);
    clock.nowMs += 1;
    expect(await settle(report(T))).toEqual(['as judged']);
  });

  test.each([
    ['a short id', { id: '1' }, 'id: custom'],
    ['no id', {}, 'id: invalid_type'],
    ['a mail address', { id: 'alice.anderson@example.com' }, 'id: too_small'],
    ['a token', { id: 'ghp_0123456789abcdefABCD0123456789abcdef' }, 'id: too_small'],
    ['no object', 'id', ': invalid_type'],
  ])('with %s is refused', async (_what, document, detail) => {
    const { settle } = await start();
    const request = optOut(T, document);
    expect(request.outcome).toEqual(reject('contract_violation', detail, 'tiny.erasure'));
    expect(await settle(request, report(T, '1'))).toEqual(['as judged', 'as judged']);
  });

  test('is no more than that, whatever else a client writes into it', async () => {
    const { settle } = await start();
    await settle(optOut(T, { id: ID, forever: true }));
    expect(await settle(report(T + 1))).toEqual(['as judged']);
  });
});

describe("an operator's request", () => {
  test('keeps out everything, for good, with any id', async () => {
    const { settle, clock } = await start();
    await settle(atOurDoor({ id: '1', forever: true }));
    clock.nowMs += 10_000 * DAY_MS;
    expect(await settle(report(T + 10_000 * DAY_MS, '1'))).toEqual([SUPPRESSED]);
  });

  test('names whatever is stored, also what no client may send any more', () => {
    expect(atOurDoor({ id: 'server of alice@example.com', forever: true }).outcome.kind).toBe('emit');
  });

  test('is not weakened by an opt-out that comes after it', async () => {
    const { settle } = await start();
    await settle(atOurDoor({ id: ID, forever: true }));
    await settle(optOut(T));
    expect(await settle(report(T + 1))).toEqual([SUPPRESSED]);
  });
});

test('what travels on names the installation, its entry on the list, and no place', () => {
  const { outcome } = optOut(T);
  if (outcome.kind !== 'emit') throw new Error(outcome.reason);
  const { document, ...kept } = outcome.event.kept;
  expect(kept).toEqual({
    kind: 'tiny.erasure',
    installation_id: ID,
    country: '',
    region: null,
    geo_build: null,
    address_hash: null,
    unknown_fields: [],
  });
  expect(JSON.parse(document)).toEqual({ forever: false, suppression: suppression('tiny', ID) });
});

describe('the salt of the list', () => {
  test('is kept by the state store when none is configured', async () => {
    const { state } = await start();
    const salt = await loadSuppressionSalt(state, undefined);
    expect(salt.length).toBe(32);
    expect(await loadSuppressionSalt(state, undefined)).toEqual(salt);
  });

  test('decides what the names are, which tell nothing of the id', () => {
    const name = suppressionName(SALT, 'tiny', ID);
    expect(name).toMatch(/^[\w-]{43}$/);
    expect(suppressionName(Buffer.from('other'), 'tiny', ID)).not.toBe(name);
  });
});
