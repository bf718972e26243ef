import { describe, expect, test } from 'vitest';
import { PARTITIONS, TOPICS } from '../../../schemas/topics/topics.ts';
import { PROBLEMS } from '../../../services/edge/answers.ts';
import { spoolEnvironment } from '../../../services/edge/spool/config.ts';
import { parseEnvironment } from '../../../services/runtime/environment.ts';
import { createMetrics, publishSpool } from '../../../services/runtime/metrics.ts';
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
});

describe('docs/services/edge.md, when Kafka is away', () => {
  test('names every variable with its default, and every metric', async () => {
    const rows = tableRows(await readPage('docs/services/edge.md'));
    for (const [name, value] of Object.entries(parseEnvironment(spoolEnvironment, {}))) {
      expect(rows.find(([first]) => first === name)?.[1], name).toContain(`(${value}`);
    }
    const metrics = createMetrics();
    const known = new Set((await metrics.registry.getMetricsAsJSON()).map(({ name }) => name));
    publishSpool(metrics, { depth: 0, bytes: 0, maxBytes: 0, oldestMs: undefined });
    const published = (await metrics.registry.getMetricsAsJSON()).map(({ name }) => name);
    const named = rows.map(([first]) => first).filter((cell) => cell?.startsWith('candor_edge_spool'));
    expect(named).toEqual(published.filter((name) => !known.has(name)));
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
      Object.values(TOPICS).map(({ name, producer, consumer, replayMs, holds }) => [
        name,
        producer,
        consumer,
        replay.get(replayMs),
        holds,
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
