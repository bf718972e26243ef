import { Writable } from 'node:stream';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { loadCatalog } from '../../../schemas/pack/catalog.ts';
import { createRoutes } from '../../../services/edge/routes.ts';
import { COUNTRIES } from '../../../services/standalone/demo/countries.ts';
import {
  type FleetOptions,
  SIMULATED_PRODUCTS,
  type SimulatedReport,
  simulateFleet,
} from '../../../services/standalone/demo/fleet.ts';
import { DAY_MS } from '../../../services/standalone/demo/installation.ts';
import { parseOptions } from '../../../services/standalone/demo/options.ts';
import { bodyOf } from '../../../services/standalone/demo/post.ts';
import { createProgressBar } from '../../../services/standalone/demo/progress-bar.ts';
import { versionAt } from '../../../services/standalone/demo/releases.ts';
import { openBundledPlaces } from '../../support/bundled-places.ts';

const catalog = await loadCatalog();

const SMALL: FleetOptions = { seed: 7, installations: 60, days: 9, endMs: Date.parse('2026-11-21T00:00:00Z') };
const small = [...simulateFleet(SMALL)];
const largeFleet = [...simulateFleet({ ...SMALL, installations: 200, days: 30 })];

/** What the anonymizer reads of a request. */
const documentOf = (report: SimulatedReport): unknown => {
  const endpoints = catalog.products.get(report.product)?.wire.endpoints;
  const decode = endpoints?.find(({ path }) => path === report.path)?.decode;
  return decode ? decode(bodyOf(report)) : report.document;
};

describe('the simulated fleet', () => {
  test.each(SIMULATED_PRODUCTS)('sends documents of %s that pass their contract', (product) => {
    const reports = small.filter((report) => report.product === product);
    expect(reports.length).toBeGreaterThan(5);
    for (const report of reports) {
      const sent = documentOf(report);
      const classified = catalog.products.get(product)?.wire.classify(sent);
      const kind = classified && catalog.kinds.get(classified.kind);
      expect(kind, JSON.stringify(sent)).toBeDefined();
      const parsed = kind?.contract.schema.safeParse(classified?.document);
      expect(parsed?.error?.issues ?? [], JSON.stringify(sent)).toEqual([]);
    }
  });

  test('reports in every kind there is', () => {
    const kinds = largeFleet.map(
      (report) => catalog.products.get(report.product)?.wire.classify(documentOf(report))?.kind,
    );
    expect(new Set(kinds)).toEqual(new Set(catalog.kinds.keys()));
  });

  test('posts each product where its clients do', () => {
    const routes = createRoutes(catalog);
    for (const { product, path, headers } of small) {
      expect(routes.find(path, headers.host)?.get('POST')?.product).toBe(product);
    }
  });

  test('is the same for the same seed, and another for another', () => {
    expect([...simulateFleet(SMALL)]).toEqual(small);
    expect([...simulateFleet({ ...SMALL, seed: 8 })]).not.toEqual(small);
  });

  test('reports in the order of time, within its days', () => {
    const times = small.map(({ receivedAtMs }) => receivedAtMs);
    expect(times).toEqual([...times].sort((a, b) => a - b));
    expect(times[0]).toBeGreaterThanOrEqual(SMALL.endMs - SMALL.days * DAY_MS);
    expect(times.at(-1)).toBeLessThan(SMALL.endMs);
  });

  test('can be of one product', () => {
    const reports = simulateFleet({ ...SMALL, products: ['sonarqube'] });
    expect(new Set([...reports].map(({ product }) => product))).toEqual(new Set(['sonarqube']));
  });

  test('grows, shrinks and upgrades', () => {
    const month = [...simulateFleet({ ...SMALL, installations: 200, days: 30, products: ['dependency-track'] })];
    const on = (day: number) => {
      const startMs = SMALL.endMs - (30 - day) * DAY_MS;
      const reports = month.filter(({ receivedAtMs }) => receivedAtMs >= startMs && receivedAtMs < startMs + DAY_MS);
      const documents = reports.map(({ document }) => document as { system_id: string; dt_version: string });
      return new Map(documents.map(({ system_id, dt_version }) => [system_id, dt_version]));
    };
    const [first, last] = [on(0), on(29)];
    expect([...last.keys()].filter((id) => !first.has(id)).length).toBeGreaterThan(20);
    expect([...first.keys()].filter((id) => !last.has(id)).length).toBeGreaterThan(8);
    expect([...first.values()].filter((version) => version === '4.14.0')).toEqual([]);
    expect([...last.values()].filter((version) => version === '4.14.0').length).toBeGreaterThan(20);
  });

  test('has addresses whose country the bundled database knows', async () => {
    const locate = await openBundledPlaces();
    for (const { code, prefix } of COUNTRIES) {
      const found = Array.from({ length: 256 }, (_, third) => locate(`${prefix}.${third}.${third}`)?.country);
      expect(new Set(found), prefix).toEqual(new Set([code]));
    }
  });
});

test('a SonarQube report is compressed, others are plain JSON, but for CloudQuery’s OTLP', () => {
  for (const product of SIMULATED_PRODUCTS.filter((each) => each !== 'cloudquery')) {
    const report = small.find((each) => each.product === product);
    if (report === undefined) throw new Error(`no report of ${product}`);
    const body = product === 'sonarqube' ? gunzipSync(bodyOf(report)) : bodyOf(report);
    expect(JSON.parse(body.toString())).toEqual(report.document);
  }
});

test('an installation upgrades some time after a release, or never', () => {
  const releases = [
    { version: '1', ageDays: 100 },
    { version: '2', ageDays: 20 },
  ];
  const period = { startMs: 0, endMs: 100 * DAY_MS };
  const installation = { installedAtMs: 10 * DAY_MS, removedAtMs: 0, address: '', reportsAtMs: 0 };
  const versionOnDay = (day: number, upgradeLagMs: number) =>
    versionAt(releases, { ...installation, upgradeLagMs }, period, day * DAY_MS);
  expect([70, 84, 85, 99].map((day) => versionOnDay(day, 5 * DAY_MS))).toEqual(['1', '1', '2', '2']);
  expect(versionOnDay(99, Number.POSITIVE_INFINITY)).toBe('1');
});

describe('the options', () => {
  test('have defaults', () => {
    expect(parseOptions([])).toEqual({ seed: 7, installations: 400, days: 30, keep: false, help: false });
  });

  test.each([[['--days', '0']], [['--seed', 'x']], [['--fleet', '3']], [['extra']]])(
    'refuse %j in one line',
    (argv) => {
      expect(() => parseOptions(argv)).toThrow(/^[^\n]*\(see --help\)$/);
    },
  );
});

describe('the progress bar', () => {
  const draw = (isTTY: boolean): string => {
    let drawn = '';
    const out = new Writable({
      write: (chunk, _encoding, done) => {
        drawn += chunk;
        done();
      },
    });
    let now = 0;
    const bar = createProgressBar(Object.assign(out, { isTTY }), 'posting', () => now);
    for (let step = 0; step <= 100; step += 1) {
      now += 60;
      bar.update(step / 100, `${step} reports`);
    }
    bar.done('100 reports');
    return drawn;
  };

  test('rewrites one line on a terminal', () => {
    const drawn = draw(true);
    expect(drawn.split('\n')).toHaveLength(2);
    expect(drawn).toContain('█'.repeat(15));
  });

  test('writes a line each ten percent elsewhere', () => {
    const lines = draw(false).trimEnd().split('\n');
    expect(lines).toHaveLength(12);
    expect(lines[5]).toBe(' posting  50 %  50 reports');
    expect(lines[11]).toBe(' ✓ posting: 100 reports (6.1 s)');
  });
});
