import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { RELEASED } from '../support/clients/released.ts';
import { freshIds, send, sendAs } from '../support/clients/send.ts';
import { eventually } from '../support/eventually.ts';
import {
  ask,
  makePlace,
  type Place,
  type RunningPipeline,
  startPipelineProcess,
  waitForOutcomes,
} from '../support/pipeline.ts';

const overHttp = RELEASED.filter(({ frame }) => frame === undefined);

let place: Place;
let running: RunningPipeline;

beforeAll(async () => {
  place = await makePlace();
  running = await startPipelineProcess(place);
}, 120_000);

afterAll(async () => {
  await running?.end('SIGTERM');
  await place?.remove();
});

describe('Candor-Echo in the request of', () => {
  test.each(overHttp.map((client) => [client.client, client] as const))(
    '%s shows the rows of what it really sends',
    async (_name, { kind, bytes }) => {
      const [requestLine = '', ...rest] = bytes(freshIds()).toString('latin1').split('\r\n');
      const asking = Buffer.from([requestLine, 'Candor-Echo: rows', ...rest].join('\r\n'), 'latin1');
      // The door rests after each report.
      const shown = await eventually('an echo', 10_000, async () => {
        const { status, body } = await send(place.edgeUrl, asking);
        return status === 200 ? JSON.parse(body) : undefined;
      });
      expect(shown).toMatchObject({ outcome: 'stored', kind });
    },
  );
});

describe('the released clients', () => {
  test('are answered as they wish, and each of their reports is stored once', async () => {
    for (const client of [...RELEASED, ...RELEASED]) {
      const { status } = await sendAs(client, place.edgeUrl);
      expect([client.client, status]).toEqual([client.client, client.frame ? 101 : 200]);
    }
    await waitForOutcomes(place, RELEASED.length * 2);
    const kinds = Map.groupBy(RELEASED, ({ kind }) => kind);
    const expected = [...kinds].map(([kind, { length }]) => ({ kind, outcome: 'stored', reports: length * 2 }));
    const byKind = await ask(
      place,
      'SELECT kind, outcome, count() AS reports FROM outcomes GROUP BY ALL ORDER BY kind',
    );
    expect(byKind).toEqual(expected.toSorted((a, b) => a.kind.localeCompare(b.kind)));
  });
});
