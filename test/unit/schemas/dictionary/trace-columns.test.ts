import { describe, expect, test } from 'vitest';
import { traceColumns } from '../../../../schemas/dictionary/trace-columns.ts';
import { loadCatalog } from '../../../../schemas/pack/catalog.ts';
import { tinyCatalog } from '../../../support/tiny-catalog.ts';

const traced = (path: string, ...documents: readonly unknown[]) => {
  const kind = tinyCatalog.kinds.get('tiny.report');
  const columns = kind && traceColumns(kind, path, documents);
  return columns && Object.fromEntries([...columns].map(([table, names]) => [table, [...names].sort()]));
};

const REPORT = { id: '1', version: '1.0', note: 'text', users: [{ logins: 1 }, { logins: 2 }], sizes: { a: 1 } };

describe('a field is kept', () => {
  test.each<[string, string, Record<string, string[]>]>([
    ['in the column that it becomes', 'version', { tiny_reports: ['version'] }],
    ['in a column of the rows of its array', 'users[].logins', { tiny_users: ['logins'] }],
    ['as the installation of every row', 'id', { tiny_reports: ['installation_id'], tiny_users: ['installation_id'] }],
    ['nowhere when no row has it', 'note', {}],
    ['nowhere when no row has the key', 'sizes.*key', {}],
    ['nowhere when no row has the value of a key', 'sizes.*', {}],
  ])('%s', (_where, path, expected) => {
    expect(traced(path, REPORT)).toEqual(expected);
  });

  test('nobody knows where when no document has it', () => {
    expect(traced('note', { id: '1', version: '1.0' })).toBeUndefined();
  });
});

test('a text of which only a few are allowed is traced by what other documents have', async () => {
  const kind = (await loadCatalog()).kinds.get('sonarqube.metrics');
  const report = (dimension: string) => ({
    message_uuid: 'm',
    installation_id: '1',
    dimension,
    metric_values: [{ key: 'k', value: 1, type: 'integer', granularity: 'adhoc' }],
  });
  const columns = kind && traceColumns(kind, 'dimension', [report('installation'), report('user')]);
  expect(columns?.get('sonarqube_metrics_reports')).toEqual(new Set(['dimension']));
});
