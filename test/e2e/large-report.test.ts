import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  ask,
  makePlace,
  type Place,
  post,
  type RunningPipeline,
  startPipelineProcess,
  waitForOutcomes,
} from '../support/pipeline.ts';

const USERS = 40_000;
const BRANCHES = 10_000;
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

test('a report whose rows fill many messages is stored whole, between others', async () => {
  const report = JSON.stringify({
    id: 'LARGE',
    version: '10.7.0.96327',
    users: Array.from({ length: USERS }, (_, user) => ({
      userUuid: user.toString(16).padStart(56, '0'),
      status: 'active',
      identityProvider: 'saml',
    })),
    branches: Array.from({ length: BRANCHES }, (_, branch) => ({
      projectUuid: `project-${branch % 100}`,
      branchUuid: `branch-${branch}`,
      ncdId: -1,
    })),
  });
  const small = (sequence: number) =>
    JSON.stringify({ id: 'SMALL', version: '9.9', messageSequenceNumber: sequence, users: [] });
  await Promise.all([1, 2, 3, 4].map((sequence) => post(place, '/sonarqube', small(sequence))));
  expect((await post(place, '/sonarqube', gzipSync(report), { 'content-encoding': 'gzip' })).status).toBe(200);
  await Promise.all([5, 6, 7, 8].map((sequence) => post(place, '/sonarqube', small(sequence))));
  await waitForOutcomes(place, 9);
  const [counts] = await ask(
    place,
    `SELECT (SELECT count() FROM sonarqube_users) AS users, (SELECT uniqExact(user_index) FROM sonarqube_users) AS user_indexes,
            (SELECT count() FROM sonarqube_branches) AS branches, (SELECT max(rows) FROM outcomes) AS rows,
            (SELECT count() FROM sonarqube_reports) AS reports`,
  );
  expect(counts).toEqual({
    users: USERS,
    user_indexes: USERS,
    branches: BRANCHES,
    rows: USERS + BRANCHES + 1,
    reports: 9,
  });
}, 60_000);
