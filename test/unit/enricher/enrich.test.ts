import { describe, expect, test } from 'vitest';
import type { AnonymizedEvent, Kept } from '../../../schemas/topics/anonymized.ts';
import { createEnrich, refusedHere, storedRows } from '../../../services/enricher/enrich.ts';
import { reject } from '../../../services/runtime/outcome.ts';
import { commonRow, refusedRows } from '../../../services/runtime/rows/event-rows.ts';
import { tinyCatalog } from '../../support/tiny-catalog.ts';

const keptOf = (document: string, kind = 'tiny.report'): Kept => ({
  kind,
  installation_id: 'installation-1',
  country: 'DE',
  region: null,
  geo_build: 20_000,
  address_hash: null,
  unknown_fields: [],
  document,
});

const EVENT: AnonymizedEvent = {
  event_id: '0198a2c4-0000-7000-8000-000000000001',
  received_at: 1_732_180_000_000,
  product: 'tiny',
  lineage: { generation: 'g1', partition: 3, offset: 9 },
  bytes: 123,
  replay_of: null,
  kept: null,
  refused: null,
};

const enrich = createEnrich(tinyCatalog);

test('a report becomes the rows of its tables', () => {
  const kept = keptOf('{"id":"1","version":"2.0","users":[{"logins":4},{"logins":5}]}');
  expect(enrich(EVENT, kept)).toEqual({
    kind: 'emit',
    event: {
      tiny_reports: [{ version: '2.0' }],
      tiny_users: [
        { user_index: 0, logins: 4 },
        { user_index: 1, logins: 5 },
      ],
    },
  });
});

test.each([
  ['of a kind that is no more', keptOf('{}', 'tiny.gone'), reject('unknown_kind', '', 'tiny.gone')],
  [
    'that makes its flattening throw',
    keptOf('{"id":"1","version":"unforeseen"}'),
    reject('stage_failed', 'TypeError', 'tiny.report'),
  ],
  ['whose document is none', keptOf('{'), reject('stage_failed', 'SyntaxError', 'tiny.report')],
])('a report %s is rejected', (_what, kept, expected) => {
  expect(enrich(EVENT, kept)).toEqual(expected);
});

describe('the common columns', () => {
  test('of a kept report name its installation and place', () => {
    expect(commonRow({ ...EVENT, kept: keptOf('{}') }, 'tiny_reports')).toMatchObject({
      installation_id: 'installation-1',
      country: 'DE',
    });
  });

  test('of an outcome name no installation: outcomes stay when it is erased', () => {
    expect(commonRow({ ...EVENT, kept: keptOf('{}') }, 'outcomes').installation_id).toBe('');
  });

  test('of a refused one are its lineage and nothing that it could have sent', () => {
    expect(commonRow(EVENT, 'tiny_reports')).toEqual({
      event_id: EVENT.event_id,
      product: 'tiny',
      installation_id: '',
      received_at: EVENT.received_at,
      country: '',
      geo_build: null,
      _generation: 'g1',
      _partition: 3,
      _offset: 9,
    });
  });
});

describe('outcomes', () => {
  test('a field that no contract lists is a row of its own, which does not count', () => {
    const kept = { ...keptOf('{}'), unknown_fields: ['theme', 'users[].theme'] };
    expect(storedRows(EVENT, kept, { tiny_reports: [{ version: '1' }] })).toMatchObject({
      unknown_fields: [
        { kind: 'tiny.report', path: 'theme' },
        { kind: 'tiny.report', path: 'users[].theme' },
      ],
      outcomes: [{ rows: 1 }],
    });
  });

  test('a stored report keeps its rows and counts them', () => {
    const rows = { tiny_reports: [{ version: '1' }], tiny_users: [{}, {}], tiny_others: undefined };
    expect(storedRows(EVENT, keptOf('{}'), rows)).toEqual({
      ...rows,
      unknown_fields: [],
      outcomes: [
        {
          kind: 'tiny.report',
          outcome: 'stored',
          stage: 'enricher',
          reason: '',
          bytes: 123,
          rows: 3,
          replay_of: null,
        },
      ],
    });
  });

  const refused = {
    kind: 'tiny.report',
    stage: 'anonymizer',
    reason: 'contract_violation',
    detail: 'version: invalid_type',
    body_sha256: 'abc',
  };
  const shared = {
    kind: 'tiny.report',
    stage: 'anonymizer',
    reason: 'contract_violation',
    bytes: 123,
    replay_of: null,
  };

  test('a rejected report is an outcome and a dead letter', () => {
    expect(refusedRows(EVENT, { ...refused, outcome: 'reject' })).toEqual({
      outcomes: [{ ...shared, outcome: 'reject', rows: 0 }],
      dead_letters: [{ ...shared, detail: 'version: invalid_type', body_sha256: 'abc', payload: '' }],
    });
  });

  test('a dropped report is an outcome only', () => {
    expect(refusedRows(EVENT, { ...refused, outcome: 'drop' })).toEqual({
      outcomes: [{ ...shared, outcome: 'drop', rows: 0 }],
    });
  });

  test('a report rejected here keeps its cleaned document for whoever looks for the cause', () => {
    const event = { ...EVENT, kept: keptOf('{"id":"1"}') };
    const rows = refusedRows(event, refusedHere(reject('row_unencodable', 'tiny_users', 'tiny.report')));
    expect(rows.dead_letters).toMatchObject([
      { stage: 'enricher', reason: 'row_unencodable', detail: 'tiny_users', payload: '{"id":"1"}' },
    ]);
  });
});
