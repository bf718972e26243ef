import { expect, test } from 'vitest';
import { createMetrics } from '../../../services/runtime/metrics.ts';
import { MAX_OPEN_EVENTS } from '../../../services/sink/log-check/open-events.ts';
import { readPage, tableRows } from '../../support/prose.ts';

const page = await readPage('docs/operations/balance.md');

test('docs/operations/balance.md names every metric of the balance', async () => {
  const published = (await createMetrics().registry.getMetricsAsJSON()).map(({ name }) => name);
  const named = tableRows(page).flatMap(([first = '']) => (first.startsWith('candor_') ? [first] : []));
  expect(named.toSorted()).toEqual(published.filter((name) => /^candor_(balance|in_flight)_/.test(name)).toSorted());
});

test.each(['balance', 'edge_balance'])('docs/operations/balance.md explains the columns of %s', async (view) => {
  const migration = await readPage('infra/clickhouse/migrations/0008_log_and_edges.sql');
  const [, columns = ''] = migration.split(new RegExp(`VIEW (?:IF NOT EXISTS )?candor\\.${view}\\n\\(\\n`));
  const names = [...(columns.split('\n)')[0] ?? '').matchAll(/^ +(\w+) /gm)].map(([, name]) => name);
  expect(names.length).toBeGreaterThan(3);
  for (const name of names.filter((each) => each !== 'day' && each !== 'product'))
    expect(page).toContain(`\`${name}\``);
});

test('docs/operations/balance.md says how many events are looked up', () => {
  expect(page).toContain(`beyond ${MAX_OPEN_EVENTS.toLocaleString('en')} events or 2 MiB in a partition`);
});
