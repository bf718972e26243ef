import { describe, expect, test } from 'vitest';
import { PARTITIONS, TOPICS } from '../../../schemas/topics/topics.ts';
import { PROBLEMS } from '../../../services/edge/answers.ts';
import { edgeEnvironment } from '../../../services/edge/config.ts';
import { CUT_REASONS } from '../../../services/edge/limits/client-error.ts';
import { processesEnvironment } from '../../../services/edge/processes.ts';
import { createMetrics } from '../../../services/runtime/metrics.ts';
import { REJECT_REASONS } from '../../../services/runtime/outcome.ts';
import { codeBlocks, readPage, tableRows } from '../../support/prose.ts';

const firstCells = (page: string): (string | undefined)[] => tableRows(page).map(([first]) => first);

describe('docs/services/edge.md', () => {
  test('lists every refusal with its status and its title', async () => {
    const rows = tableRows(await readPage('docs/services/edge.md'));
    for (const [name, { status, title }] of Object.entries(PROBLEMS)) {
      const row = rows.find((cells) => cells[0] === String(status) && cells[1] === name);
      expect(row, name).toBeDefined();
      expect(row?.[2]).toBe(title);
    }
  });

  test('explains every reason to cut a connection', async () => {
    const page = await readPage('docs/services/edge.md');
    expect(firstCells(page).filter((cell) => (CUT_REASONS as readonly unknown[]).includes(cell))).toEqual([
      ...CUT_REASONS,
    ]);
  });

  test('explains every limit, and every variable of its processes', async () => {
    const named = firstCells(await readPage('docs/services/edge.md')).filter((cell) => cell?.startsWith('EDGE_'));
    const variables = Object.keys({ ...edgeEnvironment, ...processesEnvironment });
    const limits = variables.filter((name) => !/_(HOST|PORT|FILE|HOPS)$/.test(name));
    expect(named.toSorted()).toEqual(limits.toSorted());
  });
});

describe('docs/services/anonymizer.md', () => {
  test('explains every reason of a dead letter', async () => {
    const page = await readPage('docs/services/anonymizer.md');
    expect(firstCells(page).filter((cell) => (REJECT_REASONS as readonly unknown[]).includes(cell))).toEqual([
      ...REJECT_REASONS,
    ]);
  });
});

describe('ARCHITECTURE.md', () => {
  test('shows the topics as they are', async () => {
    const page = await readPage('ARCHITECTURE.md');
    const rows = tableRows(page).filter(([name]) => name?.startsWith('candor.'));
    const replay = new Map([
      [3_600_000, '1 hour'],
      [7 * 24 * 3_600_000, '7 days'],
    ]);
    expect(rows).toEqual(
      Object.values(TOPICS).map(({ name, producer, consumer, replayMs }) => [
        name,
        producer,
        consumer,
        replay.get(replayMs),
        expect.any(String),
      ]),
    );
    expect(page).toContain(`${PARTITIONS} partitions`);
  });
});

describe('docs/services/standalone.md', () => {
  test('names every metric', async () => {
    const page = await readPage('docs/services/standalone.md');
    const own = (await createMetrics().registry.getMetricsAsJSON())
      .map(({ name }) => name)
      .filter((name) => name.startsWith('candor_'));
    const named = firstCells(page).filter((cell) => cell?.startsWith('candor_'));
    expect(named.toSorted()).toEqual([...own, 'candor_consumer_lag_records'].toSorted());
  });
});

describe('commands', () => {
  test.each(['README.md', 'CONTRIBUTING.md'])('of %s exist', async (path) => {
    const { scripts } = JSON.parse(await readPage('package.json')) as { scripts: Record<string, string> };
    const named = codeBlocks(await readPage(path), 'sh').flatMap((code) => [
      ...code.matchAll(/npm (?:run )?(?:--\S+ )?([\w:]+)/g),
    ]);
    expect(named.length).toBeGreaterThan(0);
    for (const [, name = ''] of named) if (name !== 'ci') expect(Object.keys(scripts)).toContain(name);
  });
});
