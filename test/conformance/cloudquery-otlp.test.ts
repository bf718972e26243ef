import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { capturedRequest } from '../support/clients/cloudquery.ts';
import {
  ask,
  makePlace,
  type Place,
  type RunningPipeline,
  startPipelineProcess,
  waitForOutcomes,
} from '../support/pipeline.ts';
import { exchange } from '../support/raw-http.ts';

const COOKIE = '0d9e3b52-7c41-4f86-a2d5-91b7e60c38fa';
const BATCH_COOKIE = '5d2c71aa-9f34-4b0e-8e61-d07c3b94f215';
const PLAIN_RUN = '5be41f07c3d94a62b81f60e2975dc304';
const GZIP_RUN = '5be41f07c3d94a63b81f60e2975dc304';

/** What these requests hold and no table may: a text of an error, a user, and hashes of host, MAC addresses and configuration. */
const NOT_KEPT = [
  ...['anna', '203.0.113.7', 'failed to list', 'AccessDenied', 'AWS Organizations'],
  ...['4b7c1d2e3f405162', '9081726354453627', '5e884898da280471', '8d969eef6ecad3c2'],
  ...['1122334455667788', 'd7a8fbb307d78094'],
];

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

describe('the captured requests', () => {
  test.each([
    [
      'plain',
      [
        'Host: 127.0.0.1:18471',
        'User-Agent: Go-http-client/1.1',
        'Content-Length: 1951',
        'Content-Type: application/x-protobuf',
        'Accept-Encoding: gzip',
      ],
    ],
    [
      'gzip',
      [
        'Host: 127.0.0.1:18471',
        'User-Agent: Go-http-client/1.1',
        'Transfer-Encoding: chunked',
        'Content-Encoding: gzip',
        'Content-Type: application/x-protobuf',
        'Accept-Encoding: gzip',
      ],
    ],
  ] as const)('have the headers of the released client, in its order: %s', async (name, headers) => {
    const request = (await capturedRequest(name)).toString('latin1');
    expect(request.slice(0, request.indexOf('\r\n\r\n')).split('\r\n')).toEqual([
      'POST /v1/traces HTTP/1.1',
      ...headers,
    ]);
  });

  test.each(['plain', 'gzip', 'batch'] as const)('are answered with exactly 200 and a length: %s', async (name) => {
    const { status, headers } = await exchange(Number(new URL(place.edgeUrl).port), await capturedRequest(name));
    expect(status).toBe(200);
    expect(Number(headers['content-length'])).toBeGreaterThan(0);
  });

  test('each end up in one outcome', async () => {
    await waitForOutcomes(place, 3);
    const sql = 'SELECT kind, outcome, count() AS reports FROM outcomes GROUP BY ALL ORDER BY ALL';
    expect(await ask(place, sql)).toEqual([
      { kind: 'cloudquery.batch', outcome: 'stored', reports: 1 },
      { kind: 'cloudquery.operation', outcome: 'stored', reports: 2 },
    ]);
  });
});

describe('the spans of an OTLP request', () => {
  test.each([
    ['plain', PLAIN_RUN],
    ['gzip', GZIP_RUN],
  ])('are an operation: %s', async (_name, runId) => {
    const [row] = await ask(place, `SELECT * FROM cloudquery_operations WHERE run_id = '${runId}'`);
    expect(row).toMatchObject({
      installation_id: COOKIE,
      operation: 'fetch',
      started_at: '2022-04-12T09:30:15.250Z',
      duration_ms: 48_211,
      success: true,
      error_class: '',
      version_parts: [0, 20, 3],
      build_age_days: 13,
      ci: true,
      terminal: true,
      faas: false,
      os_family: 'linux',
      os_description: 'Ubuntu 20.04.4 LTS (Focal Fossa)',
      runtime_version_parts: [1, 17, 8],
      sdk_version: '1.2.0',
      history_enabled: true,
      resources: 15_642,
      warnings: 4,
      errors: 1,
      spans_count: 4,
    });
  });

  test('are its parts, which say how long they took and how they failed', async () => {
    const sql = `SELECT name, parent_span_id, duration_ms, success, error_class, provider, old_version, new_version
      FROM cloudquery_spans WHERE run_id = '${PLAIN_RUN}' ORDER BY span_index`;
    const part = { parent_span_id: 'a1b2c3d4e5f60701', provider: '', old_version: '', new_version: '' };
    expect(await ask(place, sql)).toEqual([
      { ...part, name: 'DownloadProviders', duration_ms: 2_100, success: true, error_class: '' },
      {
        ...part,
        name: 'UpgradeProvider',
        duration_ms: 310,
        success: false,
        error_class: 'database',
        provider: 'aws',
        old_version: 'v0.10.20',
        new_version: 'v0.11.2',
      },
      { ...part, name: 'Fetch', duration_ms: 45_500, success: false, error_class: 'other' },
      {
        ...part,
        parent_span_id: '',
        name: 'cli:cloudquery fetch',
        duration_ms: 48_211,
        success: true,
        error_class: '',
      },
    ]);
  });
});

describe('the messages of a batch', () => {
  test('are operations of one report; what a provider has named is none of ours', async () => {
    const sql = `SELECT operation_index, operation, started_at, duration_ms, success, resources
      FROM cloudquery_operations WHERE installation_id = '${BATCH_COOKIE}' ORDER BY operation_index`;
    expect(await ask(place, sql)).toEqual([
      {
        operation_index: 0,
        operation: 'fetch',
        started_at: '2022-06-14T08:19:30.868Z',
        duration_ms: 60_250,
        success: true,
        resources: 4_210,
      },
      {
        operation_index: 1,
        operation: 'fetch',
        started_at: '2022-06-14T08:20:30.618Z',
        duration_ms: 1_500,
        success: false,
        resources: 0,
      },
      {
        operation_index: 2,
        operation: 'other',
        started_at: '2022-06-14T08:20:33.118Z',
        duration_ms: null,
        success: true,
        resources: null,
      },
    ]);
  });
});

test('one question is answered over all eras: which provider fetched how much', async () => {
  const sql = `SELECT any(o.version_parts[2]) AS era, p.name AS provider, sum(p.resources) AS resources
    FROM cloudquery_providers AS p
    JOIN cloudquery_operations AS o USING (event_id, operation_index)
    WHERE p.resources > 0 GROUP BY p.event_id, provider ORDER BY era, provider`;
  const otlp = [
    { era: 20, provider: 'aws', resources: 15_230 },
    { era: 20, provider: 'k8s', resources: 412 },
  ];
  const answer = await ask(place, sql);
  expect(answer).toHaveLength(5);
  expect(answer).toEqual(expect.arrayContaining([...otlp, { era: 30, provider: 'aws', resources: 4_210 }]));
});

test('nothing that the documentation promises not to store is in any table', async () => {
  const tables = ['cloudquery_operations', 'cloudquery_providers', 'cloudquery_spans', 'outcomes', 'dead_letters'];
  const rows = await Promise.all(tables.map((table) => ask(place, `SELECT * FROM ${table}`)));
  expect(rows.map((found) => found.length)).toEqual([5, 10, 8, 3, 0]);
  const stored = JSON.stringify(rows);
  expect(NOT_KEPT.filter((text) => stored.includes(text))).toEqual([]);
  const sent =
    (await capturedRequest('plain')).toString('latin1') + (await capturedRequest('batch')).toString('latin1');
  expect(NOT_KEPT.filter((text) => !sent.includes(text))).toEqual([]);
});

test('what is no OTLP is acknowledged all the same, and becomes a dead letter', async () => {
  const head =
    'POST /v1/traces HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-protobuf\r\nContent-Length: 2\r\n\r\n';
  const { status } = await exchange(Number(new URL(place.edgeUrl).port), head, Buffer.from([0x0a, 0x7f]));
  expect(status).toBe(200);
  await waitForOutcomes(place, 4);
  expect(await ask(place, 'SELECT product, reason FROM dead_letters')).toEqual([
    { product: 'cloudquery', reason: 'undecodable' },
  ]);
});
