import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { invalidExamples } from '../support/examples.ts';
import {
  ask,
  makePlace,
  type Place,
  post,
  type RunningPipeline,
  startPipelineProcess,
  waitForOutcomes,
} from '../support/pipeline.ts';

const examples = await invalidExamples();
let place: Place;
let running: RunningPipeline;

/** What the edge takes, because it looks into no body. */
interface Sent {
  readonly name: string;
  readonly path: string;
  readonly body: string | Buffer;
  readonly headers?: Readonly<Record<string, string>>;
}

const eventIds = new Map<string, string>();

/** The dead letter of what was sent under a name. */
const deadLetter = async (name: string): Promise<Record<string, unknown> | undefined> => {
  const [letter] = await ask(
    place,
    `SELECT product, kind, stage, reason, detail, bytes, length(body_sha256) AS hash_chars, payload
     FROM dead_letters WHERE event_id = '${eventIds.get(name)}'`,
  );
  return letter;
};

const MIB = 1024 * 1024;
/** The report of one of several systems: one system reports once a day. */
const validOf = (system: number): string =>
  `{"system_id":"4d2c-${system}","dt_version":"4.13.0","db_type":"H2","db_version":"2.2"}`;
const valid = validOf(0);
const PATH = '/v1/reports/dependency-track';

const broken: readonly (readonly [name: string, body: string | Buffer, headers: Sent['headers'], reason: string])[] = [
  [
    'gzip that is cut short',
    gzipSync(valid.repeat(100)).subarray(0, 60),
    { 'content-encoding': 'gzip' },
    'inflate_failed',
  ],
  ['gzip that is a bomb', gzipSync(Buffer.alloc(200 * MIB, ' ')), { 'content-encoding': 'gzip' }, 'inflated_too_large'],
  ['bytes that claim to be br', Buffer.from('not brotli'), { 'content-encoding': 'br' }, 'inflate_failed'],
  ['invalid UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x7d]), {}, 'not_utf8'],
  ['10 MB of one string', JSON.stringify({ system_id: 'x'.repeat(10 * MIB) }), {}, 'json_string_too_long'],
  ['nesting without end', '['.repeat(100_000), {}, 'json_too_deep'],
  ['brackets without end', '{}'.repeat(100_000), {}, 'not_json'],
  ['a number', '42', {}, 'unknown_kind'],
  ['null', 'null', {}, 'unknown_kind'],
];

const odd: readonly (readonly [name: string, body: string | Buffer, headers: Sent['headers']])[] = [
  ['plain JSON that claims to be gzip', validOf(1), { 'content-encoding': 'gzip' }],
  ['gzip that says nothing', gzipSync(validOf(2)), {}],
  ['JSON behind a byte order mark', `\uFEFF${validOf(3)}`, {}],
  [
    'new fields, and names of prototypes',
    validOf(4).replace('{', '{"new":{"deep":[1]},"__proto__":{"x":1},"constructor":1,'),
    {},
  ],
];

beforeAll(async () => {
  place = await makePlace();
  running = await startPipelineProcess(place);
  const sent: Sent[] = [
    ...examples.map(({ product, name, text, report }) => ({
      name: `${product}/${name}`,
      path: `/v1/reports/${product}`,
      body: text ?? JSON.stringify(report),
    })),
    ...[...broken, ...odd].map(([name, body, headers = {}]) => ({ name, path: PATH, body, headers })),
  ];
  for (const { name, path, body, headers } of sent) {
    const { status, eventId } = await post(place, path, body, headers);
    expect(status, name).toBe(200);
    eventIds.set(name, eventId);
  }
  await waitForOutcomes(place, sent.length);
}, 120_000);

afterAll(async () => {
  await running?.end('SIGTERM');
  await place?.remove();
});

describe('what the edge refuses', () => {
  test.each([
    ['an empty body', PATH, { method: 'POST' }, 400, 'empty-body'],
    ['an unknown path', '/v1/reports/nobody', { method: 'POST', body: valid }, 404, 'unknown-path'],
    ['another method', PATH, { method: 'PUT', body: valid }, 405, 'wrong-method'],
    [
      'an encoding nobody knows',
      PATH,
      { method: 'POST', body: valid, headers: { 'content-encoding': 'lzma' } },
      415,
      'unsupported-encoding',
    ],
    ['a body above the bound', PATH, { method: 'POST', body: Buffer.alloc(33 * MIB) }, 413, 'too-large'],
  ])('%s', async (_what, path, init, status, problem) => {
    const response = await fetch(place.edgeUrl + path, init);
    expect(response.status).toBe(status);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    expect(await response.json()).toMatchObject({ type: `urn:candor:problem:${problem}`, status });
    expect(response.headers.get('allow')).toBe(status === 405 ? 'POST' : null);
  });
});

describe('what becomes a dead letter', () => {
  test.each(examples.map((example) => [`${example.product}/${example.name}`, example] as const))(
    '%s',
    async (name, { product, reason, detail, report, text }) => {
      const letter = await deadLetter(name);
      expect(letter).toMatchObject({ product, reason, stage: 'anonymizer', payload: '', hash_chars: 64 });
      expect(letter?.detail).toMatch(detail === '' ? /^$/ : new RegExp(`^${detail.replaceAll(/[.*]/g, '\\$&')}: `));
      expect(letter?.bytes).toBe(Buffer.byteLength(text ?? JSON.stringify(report)));
      // Every contract violation knows its kind; what is no document of any kind has none.
      expect(letter?.kind).toMatch(reason === 'contract_violation' ? new RegExp(`^${product}\\.`) : /^$/);
    },
  );

  test.each(broken)('%s', async (name, _body, _headers, reason) => {
    const expected = { product: 'dependency-track', kind: '', reason, stage: 'anonymizer', payload: '' };
    expect(await deadLetter(name)).toMatchObject(expected);
  });
});

test('the receipt of a dead letter says why, and nothing of what was in it', async () => {
  const response = await fetch(`${place.edgeUrl}/v1/receipts/${eventIds.get('null')}`);
  expect(await response.json()).toEqual({
    receipt: eventIds.get('null'),
    status: 'dead_lettered',
    kind: '',
    stage: 'anonymizer',
    reason: 'unknown_kind',
  });
});

describe('what is taken all the same', () => {
  test.each(odd)('%s', async (name) => {
    const where = `event_id = '${eventIds.get(name)}'`;
    const rows = await ask(place, `SELECT installation_id, db_type FROM dependency_track_reports WHERE ${where}`);
    expect(rows).toEqual([{ installation_id: expect.stringMatching(/^4d2c-[1-4]$/), db_type: 'H2' }]);
  });
});

test('the pipeline has gone on through all of it', async () => {
  expect((await fetch(`${place.adminUrl}/readyz`)).status).toBe(200);
  expect(running.output()).not.toMatch(/fatal|unhandled|"level":60/i);
});
