import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '../support/eventually.ts';
import {
  ask,
  makePlace,
  type Place,
  post,
  type RunningPipeline,
  startPipelineProcess,
  waitForOutcomes,
} from '../support/pipeline.ts';

/** A report with a field that no contract lists; its name is stored once three installations have sent it. */
const reportOf = (installation: string): string => `{"uuid":"${installation}","emqx_version":"5.8.9","brand_new":1}`;

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

/** Asks what would be kept; the door rests after each report. */
const show = (installation: string): Promise<true> =>
  eventually('an echo', 10_000, async () => {
    const { status } = await post(place, '/api/telemetry', reportOf(installation), { 'candor-echo': 'rows' });
    return status === 200 || undefined;
  });

const unknownFields = () => ask(place, 'SELECT DISTINCT path FROM unknown_fields');

test('what is only shown leaves no event, no outcome, no claim and no name of an unknown field', async () => {
  for (const installation of ['U1', 'U2', 'U3']) await show(installation);
  // The same again, to be stored: with a claim the first two would be repetitions, and with U3 the name would be known.
  await post(place, '/api/telemetry', reportOf('U1'));
  await post(place, '/api/telemetry', reportOf('U2'));
  await waitForOutcomes(place, 2);
  expect(await ask(place, 'SELECT outcome, count() AS reports FROM outcomes GROUP BY ALL')).toEqual([
    { outcome: 'stored', reports: 2 },
  ]);
  expect(await unknownFields()).toEqual([]);

  // What was missing was really the third one.
  await post(place, '/api/telemetry', reportOf('U3'));
  await waitForOutcomes(place, 3);
  await eventually('the name', 10_000, async () => (await unknownFields()).length > 0 || undefined);
  expect(await unknownFields()).toEqual([{ path: 'brand_new' }]);
});
