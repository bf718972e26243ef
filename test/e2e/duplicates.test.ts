import { afterAll, beforeAll, expect, test } from 'vitest';
import { TOPICS } from '../../schemas/topics/topics.ts';
import { parseEnvironment } from '../../services/runtime/environment.ts';
import type { EventLog } from '../../services/runtime/log/event-log.ts';
import { createLogger } from '../../services/runtime/logger.ts';
import { standaloneEnvironment } from '../../services/standalone/config.ts';
import { type Pipeline, startPipeline } from '../../services/standalone/pipeline.ts';
import { ask, makePlace, type Place, post, waitForOutcomes } from '../support/pipeline.ts';

const REPORT = '{"system_id":"4d2c","dt_version":"4.13.0","db_type":"H2","db_version":"2.2"}';

let place: Place;
let pipeline: Pipeline;

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

/** Writes the first `count` events of the raw log once more, as an edge does that never learned what became of its first try. */
const appendAgain = async (log: EventLog, count: number): Promise<void> => {
  const done = new AbortController();
  let left = count;
  await log.consume(TOPICS.raw.name, 'test', done.signal, async (owned) => {
    for (
      let batch = await owned.next({ records: 1, bytes: 1 });
      batch;
      batch = await owned.next({ records: 1, bytes: 1 })
    ) {
      if (left <= 0) return;
      left -= batch.length;
      await log.append(
        TOPICS.raw.name,
        owned.partition,
        batch.map(({ value }) => value),
      );
      if (left <= 0) done.abort();
    }
  });
};

const outcomes = () =>
  ask(
    place,
    `SELECT outcome, reason, kind, count() AS events, uniqExact(event_id) AS reports FROM outcomes GROUP BY ALL ORDER BY outcome, kind`,
  );

test('what the edge has written twice is stored once, or refused once, also when the second one comes after a restart', async () => {
  await post(place, '/v1/reports/dependency-track', REPORT);
  await post(place, '/v1/reports/dependency-track', 'no JSON');
  await waitForOutcomes(place, 2);
  await appendAgain(pipeline.log, 2);
  await waitForOutcomes(place, 4);
  await pipeline.close();
  await start();
  await appendAgain(pipeline.log, 2);
  await waitForOutcomes(place, 6);

  expect(await outcomes()).toEqual([
    { outcome: 'drop', reason: 'duplicate', kind: '', events: 2, reports: 1 },
    { outcome: 'drop', reason: 'duplicate', kind: 'dependency-track.report', events: 2, reports: 1 },
    { outcome: 'reject', reason: 'not_json', kind: '', events: 1, reports: 1 },
    { outcome: 'stored', reason: '', kind: 'dependency-track.report', events: 1, reports: 1 },
  ]);
  const [rows] = await ask(
    place,
    'SELECT (SELECT count() FROM dependency_track_reports) AS reports, (SELECT count() FROM dead_letters) AS letters',
  );
  expect(rows).toEqual({ reports: 1, letters: 1 });
}, 60_000);
