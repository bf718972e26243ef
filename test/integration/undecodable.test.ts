import { afterAll, beforeAll, expect, test } from 'vitest';
import { TOPICS } from '../../schemas/topics/topics.ts';
import { parseEnvironment } from '../../services/runtime/environment.ts';
import { createLogger } from '../../services/runtime/logger.ts';
import { standaloneEnvironment } from '../../services/standalone/config.ts';
import { type Pipeline, startPipeline } from '../../services/standalone/pipeline.ts';
import { ask, makePlace, type Place, post, waitForOutcomes } from '../support/pipeline.ts';

let place: Place;
let pipeline: Pipeline;
/** The report of one of several systems: one system reports once a day. */
const reportOf = (system: number): string =>
  `{"system_id":"4d2c-${system}","dt_version":"4.13.0","db_type":"H2","db_version":"2.2"}`;
const PARTITION = 2;

const start = async (): Promise<void> => {
  pipeline = await startPipeline(parseEnvironment(standaloneEnvironment, place.env), {
    logger: createLogger('silent'),
  });
};

beforeAll(async () => {
  place = await makePlace();
  await start();
}, 60_000);

afterAll(async () => {
  await pipeline?.close();
  await place?.remove();
});

/** Values that no service of ours writes: nothing, no prefix, an id nobody gave, another topic's schema, a value cut short. */
const FOREIGN = [
  Buffer.alloc(0),
  Buffer.from('hello'),
  Buffer.from([0, 0, 0, 255, 255, 1]),
  Buffer.from([0, 0, 0, 0, 1, 2, 3]),
];

test('what can not be read on any topic becomes a dead letter with its place, once, and its partition goes on', async () => {
  const topics = Object.values(TOPICS).map(({ name }) => name);
  const firstOffsets: number[] = [];
  for (const topic of topics) firstOffsets.push(await pipeline.log.append(topic, PARTITION, FOREIGN));
  // One report for each partition, so that one follows the foreign values.
  for (let system = 0; system < 8; system += 1)
    expect((await post(place, '/v1/reports/dependency-track', reportOf(system))).status).toBe(200);
  const total = topics.length * FOREIGN.length + 8;
  await waitForOutcomes(place, total);

  await pipeline.close();
  await start();
  await post(place, '/v1/reports/dependency-track', reportOf(8));
  await waitForOutcomes(place, total + 1);

  const letters = await ask(
    place,
    'SELECT stage, detail, reason, _partition, groupArray(_offset) AS offsets FROM (SELECT * FROM dead_letters ORDER BY _offset) GROUP BY ALL ORDER BY stage',
  );
  // What a stage makes of the values on its topic may stand on the next one before ours do.
  const common = (topic: number) => ({
    reason: 'envelope_undecodable',
    _partition: PARTITION,
    offsets: FOREIGN.map((_, index) => (firstOffsets[topic] ?? -1) + index),
  });
  expect(
    letters.map((letter) => ({ ...letter, offsets: (letter.offsets as number[]).toSorted((a, b) => a - b) })),
  ).toEqual([
    { ...common(0), stage: 'anonymizer', detail: '' },
    { ...common(1), stage: 'enricher', detail: TOPICS.anonymized.name },
    { ...common(2), stage: 'sink', detail: TOPICS.rows.name },
  ]);
  const [reports] = await ask(place, 'SELECT count() AS stored FROM dependency_track_reports');
  expect(reports?.stored).toBe(9);
}, 60_000);
