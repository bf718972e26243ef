import { describe, expect, test } from 'vitest';
import { loadCatalog } from '../../../schemas/pack/catalog.ts';
import { SHAPES } from '../../../schemas/pack/shape.ts';
import { PARTITIONS, TOPICS } from '../../../schemas/topics/topics.ts';
import { DETECTORS_WITH_PHONES } from '../../../services/anonymizer/detectors.ts';
import { PROBLEMS, type Problem } from '../../../services/edge/answers.ts';
import { edgeEnvironment } from '../../../services/edge/config.ts';
import { CUT_REASONS } from '../../../services/edge/limits/client-error.ts';
import { processesEnvironment } from '../../../services/edge/processes.ts';
import { createRoutes, type Door } from '../../../services/edge/routes.ts';
import { spoolEnvironment } from '../../../services/edge/spool/config.ts';
import { parseEnvironment } from '../../../services/runtime/environment.ts';
import { createMetrics, publishSpool } from '../../../services/runtime/metrics.ts';
import { REJECT_REASONS } from '../../../services/runtime/outcome.ts';
import { REPLAY_OBSTACLES } from '../../../services/runtime/replay.ts';
import { codeBlocks, readPage, tableRows } from '../../support/prose.ts';

const firstCells = (page: string): (string | undefined)[] => tableRows(page).map(([first]) => first);

describe('docs/services/edge.md', () => {
  test('lists every refusal with its status, its title and its headers, and no other', async () => {
    const rows = tableRows(await readPage('docs/services/edge.md'));
    const refusals = rows.filter(([status, name]) => /^[45]\d\d$/.test(status ?? '') && name !== undefined);
    const described = refusals.map(([status, name, title, headers]) => [status, name, title, headers]);
    const expected = Object.entries<Problem>(PROBLEMS).map(([name, { status, title, headers = {} }]) => [
      String(status),
      name,
      title,
      Object.keys(headers).join(', '),
    ]);
    expect(described).toEqual(expected);
  });

  test('lists every door, and how it turns reports away', async () => {
    const rows = tableRows(await readPage('docs/services/edge.md'));
    const listed = rows.filter(([door]) => /^[A-Z]+ \//.test(door ?? ''));
    const turnedAway = ({ service, whenBusy, whenInvalid }: Door): readonly string[] => {
      if (service === 'frames') return ['the frame waits', 'the frame is a dead letter'];
      if (service === 'receipt' || service === 'description' || service === 'echo') return ['', ''];
      const { status, retryAfterSeconds } = whenBusy === 'cut' ? {} : whenBusy;
      const busy = whenBusy === 'cut' ? 'cut' : String(status);
      const wait = retryAfterSeconds === undefined ? '' : `, Retry-After ${retryAfterSeconds}`;
      return [busy + wait, whenInvalid === 'ok' ? '200' : 'the problem'];
    };
    const { doors } = createRoutes(await loadCatalog());
    const isNeutral = ({ path }: Door): boolean => /^\/v1\/(reports|batches|echo|installations)\//.test(path);
    const expected = doors.map((door) => {
      const path = isNeutral(door) ? door.path.replace(door.product, '<product>') : door.path;
      return [`${door.method} ${path}`, isNeutral(door) ? 'any' : door.product, ...turnedAway(door)];
    });
    const unique = new Set(expected.map((row) => JSON.stringify(row)));
    expect(new Set(listed.map((row) => JSON.stringify(row)))).toEqual(unique);
  });
});

describe('docs/services/edge.md, when Kafka is away', () => {
  test('names every variable with its default, and every metric', async () => {
    const rows = tableRows(await readPage('docs/services/edge.md'));
    for (const [name, value] of Object.entries(parseEnvironment(spoolEnvironment, {}))) {
      expect(rows.find(([first]) => first === name)?.[1], name).toContain(`(${value}`);
    }
    const metrics = createMetrics();
    publishSpool(metrics, { depth: 0, bytes: 0, maxBytes: 0, oldestMs: undefined });
    const published = (await metrics.registry.getMetricsAsJSON()).map(({ name }) => name);
    const named = rows.map(([first]) => first).filter((cell) => cell?.startsWith('candor_edge_spool'));
    expect(named.toSorted()).toEqual(published.filter((name) => name.startsWith('candor_edge_spool')).toSorted());
  });

  test('explains every reason to cut a connection', async () => {
    const page = await readPage('docs/services/edge.md');
    expect(firstCells(page).filter((cell) => (CUT_REASONS as readonly unknown[]).includes(cell))).toEqual([
      ...CUT_REASONS,
    ]);
  });

  test('explains every limit, and every variable of its processes', async () => {
    const named = firstCells(await readPage('docs/services/edge.md')).filter((cell) => cell?.startsWith('EDGE_'));
    const variables = Object.keys({ ...edgeEnvironment, ...processesEnvironment, ...spoolEnvironment });
    const limits = variables.filter((name) => !/_(HOST|PORT|FILE|HOPS|HEADER|TOKEN)$/.test(name));
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

describe('docs/services/anonymizer.md on scrubbing', () => {
  test('explains the marker of every detector', async () => {
    const page = await readPage('docs/services/anonymizer.md');
    const markers = firstCells(page).filter((cell) => cell?.startsWith('['));
    expect(markers.toSorted()).toEqual([...new Set(DETECTORS_WITH_PHONES.map(({ name }) => `[${name}]`))].toSorted());
  });

  test('lists every shape of short texts, and what takes the place of another', async () => {
    const rows = tableRows(await readPage('docs/services/anonymizer.md'));
    for (const { name, instead } of Object.values(SHAPES))
      expect(rows.find(([shape]) => shape === name)?.[2], name).toBe(instead || 'an empty id');
  });

  test('names the products whose phone numbers go', async () => {
    const { products } = await loadCatalog();
    const asking = [...products.values()]
      .filter(({ privacy }) => privacy.scrubPhoneNumbers)
      .map(({ product }) => product);
    const row = tableRows(await readPage('docs/services/anonymizer.md')).find(([marker]) => marker === '[phone]');
    expect(row?.[1]?.toLowerCase()).toMatch(new RegExp(`: ${asking.join(', ')}$`));
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

describe('docs/operations/dead-letters.md', () => {
  test('explains every reason why a dead letter can not be replayed', async () => {
    const named = firstCells(await readPage('docs/operations/dead-letters.md'));
    expect(named.toSorted()).toEqual(Object.keys(REPLAY_OBSTACLES).toSorted());
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
