import { expect, test } from 'vitest';
import { loadCatalog } from '../../schemas/pack/catalog.ts';
import { readPage } from '../support/prose.ts';
import { extentOf } from './report.ts';
import { makeShots } from './shots.ts';

const { doors, kinds } = extentOf(makeShots(await loadCatalog()));

test('the front page says how much the gate sends', async () => {
  expect(await readPage('README.md')).toContain(`${kinds} kinds of personal data through ${doors} doors`);
});

test('the page of the gate is of a run that sent as much, both ways', async () => {
  const page = await readPage('docs/benchmarks/leaks.md');
  expect(page.split(`${doors} doors, ${kinds} kinds of canaries`)).toHaveLength(3);
});
