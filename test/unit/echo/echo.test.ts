import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { loadCatalog } from '../../../schemas/pack/catalog.ts';
import { COMMON_COLUMNS } from '../../../schemas/pack/table.ts';
import { anonymizerEnvironment, documentBounds } from '../../../services/anonymizer/config.ts';
import { createEcho } from '../../../services/echo/echo.ts';
import type { ReceivedReport } from '../../../services/edge/write-report.ts';
import { parseEnvironment } from '../../../services/runtime/environment.ts';
import { validExamples } from '../../support/examples.ts';

const examples = await validExamples();

const SMALL = '{"system_id":"s1","dt_version":"4.13.2","db_type":"PostgreSQL","db_version":"15.10"}';
const ADDRESS = '203.0.113.77';
const GEO_BUILD = Date.parse('2026-06-17T00:00:00Z') / 86_400_000;

const echo = createEcho(
  await loadCatalog(),
  () => ({ country: 'DE', region: 'DE-BE', geoBuild: GEO_BUILD }),
  documentBounds(parseEnvironment(anonymizerEnvironment, {})),
);

const report = (product: string, body: string | Buffer, more: Partial<ReceivedReport> = {}): ReceivedReport => ({
  received_at: Date.parse('2026-11-21T00:00:00Z'),
  product,
  door: `/v1/echo/${product}`,
  method: 'POST',
  encoding: 'identity',
  client: ADDRESS,
  body: Buffer.from(body),
  ...more,
});

type Tables = Readonly<Record<string, { readonly rows: number; readonly shown: readonly Record<string, unknown>[] }>>;
const tablesOf = (answer: object): Tables => (answer as { readonly tables: Tables }).tables;

/** Columns of a pack alone; the hash of the address is shown as a word. */
const ownColumns = (row: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(
    Object.entries(row)
      .filter(([name]) => !(name in COMMON_COLUMNS))
      .map(([name, value]) => [name, name === 'address_hash' ? null : value]),
  );

describe('what would be kept', () => {
  test.each(examples.map((example) => [`${example.product}/${example.name}`, example] as const))(
    'of %s is its rows',
    (_name, { product, body, rows }) => {
      const tables = tablesOf(echo(report(product, body)));
      expect(
        Object.fromEntries(Object.entries(tables).map(([name, { shown }]) => [name, shown.map(ownColumns)])),
      ).toEqual(rows);
    },
  );

  test('has the place, the time and the installation in each row, and nothing that storing adds', () => {
    const answer = echo(report('dependency-track', SMALL));
    expect(tablesOf(answer).dependency_track_reports?.shown).toEqual([
      expect.objectContaining({
        product: 'dependency-track',
        installation_id: 's1',
        country: 'DE',
        geo_build: '2026-06-17',
        received_at: '2026-11-21T00:00:00.000Z',
      }),
    ]);
    expect(Object.keys(tablesOf(answer).dependency_track_reports?.shown[0] ?? {})).not.toContain('_offset');
  });

  test('of a large report is a part of its rows, and their number', () => {
    const users = Array.from({ length: 200 }, (_, index) => ({ userUuid: `u${index}`, status: 'active' }));
    const body = gzipSync(JSON.stringify({ id: '1', version: '10.7.0.96327', users }));
    const { sonarqube_users } = tablesOf(echo(report('sonarqube', body, { encoding: 'gzip' })));
    expect(sonarqube_users?.rows).toBe(200);
    expect(sonarqube_users?.shown).toHaveLength(50);
  });
});

describe('what was removed', () => {
  test('is told by name and by detector, never by value', () => {
    const document = {
      topic: 'console-v2',
      data: {
        event_type: 'RUN_TIME_ERROR',
        server_uuid: 's1',
        hostname: 'db1.example.com',
        event_data: { message: 'alice@example.com and bob@example.com at 198.51.100.7', alice: 1 },
      },
    };
    const answer = echo(report('hasura', JSON.stringify(document)));
    expect(answer).toMatchObject({
      outcome: 'stored',
      kind: 'hasura.console',
      removed: {
        address: 'became a place',
        unlisted_fields: ['hostname', 'event_data.alice'],
        found_in_texts: { email: 2, ipv4: 1 },
      },
    });
    const text = JSON.stringify(answer);
    for (const value of ['example.com', '198.51.100.7', ADDRESS]) expect(text).not.toContain(value);
  });

  test('names the hash of the address where one is kept, and does not show it', () => {
    const answer = echo(report('cloudquery', '{"cookie":"c1","operation":"fetch","version":"0.20.3"}'));
    expect(answer).toMatchObject({ removed: { address: 'became a place and a keyed hash' } });
    expect(tablesOf(answer).cloudquery_operations?.shown).toMatchObject([
      { address_hash: '(keyed hash of the address)' },
    ]);
    expect(JSON.stringify(answer)).not.toContain(ADDRESS);
  });

  test('is nothing when the address is unknown', () => {
    const answer = echo(report('dependency-track', SMALL, { client: undefined }));
    expect(answer).toMatchObject({ removed: { address: 'unknown' } });
    expect(tablesOf(answer).dependency_track_reports?.shown).toMatchObject([{ country: '', geo_build: null }]);
  });
});

describe('a report that would be refused', () => {
  test.each([
    ['no JSON', '{', { outcome: 'reject', kind: '', reason: 'not_json', detail: '' }],
    [
      'a field of another type',
      '{"system_id":1}',
      {
        outcome: 'reject',
        kind: 'dependency-track.report',
        reason: 'contract_violation',
        detail: 'system_id: invalid_type',
      },
    ],
  ])('says why: %s', (_what, body, expected) => {
    expect(echo(report('dependency-track', body))).toEqual(expected);
  });

  test('is one that grows beyond 4 MiB', () => {
    const body = gzipSync(JSON.stringify(Array.from({ length: 600_000 }, (_, index) => `${index * 7_919}`)));
    expect(echo(report('dependency-track', body, { encoding: 'gzip' }))).toMatchObject({
      reason: 'inflated_too_large',
    });
  });
});
