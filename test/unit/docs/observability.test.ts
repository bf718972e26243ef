import { spawnSync } from 'node:child_process';
import { cp, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import type { MetricObject } from 'prom-client';
import { describe, expect, test } from 'vitest';
import { createMetrics, publishLag, publishSpool } from '../../../services/runtime/metrics.ts';
import { codeBlocks, readPage } from '../../support/prose.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

/** What the test reads of the dashboard. */
interface Dashboard {
  readonly panels: readonly {
    readonly id: number;
    readonly title: string;
    readonly datasource: { readonly uid: string };
    readonly targets: readonly { readonly expr: string }[];
  }[];
}

/** Labels that Prometheus itself gives, and the bound of a histogram's bucket. */
const FOREIGN_LABELS = ['job', 'instance', 'le'];

/** The labels of every series that can be asked for, by its name. */
const knownSeries = (): ReadonlyMap<string, readonly string[]> => {
  const metrics = createMetrics();
  publishLag(metrics, [], async () => 0);
  publishSpool(metrics, { depth: 0, bytes: 0, maxBytes: 0, oldestMs: undefined });
  // The list holds the metrics themselves; the type leaves their labels out.
  const all = metrics.registry.getMetricsAsArray() as (MetricObject & { readonly labelNames?: readonly string[] })[];
  const series = all.flatMap(({ name, type, labelNames = [] }) => {
    const suffixes = String(type) === 'histogram' ? ['_bucket', '_sum', '_count'] : [''];
    return suffixes.map((suffix) => [name + suffix, labelNames] as const);
  });
  return new Map([...series, ['up', []]]);
};

/** The words of a PromQL expression that name a series: what is left without functions, operators, labels and ranges. */
const seriesOf = (expr: string): string[] => {
  const bare = expr.replace(/\{[^}]*\}|\[[^\]]*\]|\b(?:by|on|ignoring|without) *\([^)]*\)/g, ' ');
  return [...bare.matchAll(/\b[a-z_]\w*\b(?! *\()/g)]
    .map(([word]) => word)
    .filter((word) => !/^(and|or|unless|sum|max|min)$/.test(word));
};

const labelsOf = (expr: string): string[] => [
  ...[...expr.matchAll(/([a-z_]+) *(?:=~|!~|!=|=) *"/g)].map(([, label = '']) => label),
  ...[...expr.matchAll(/\bby *\(([^)]*)\)/g)].flatMap(([, labels = '']) =>
    labels.split(',').map((label) => label.trim()),
  ),
];

/** One alert of the rules file: an entry begins with its name and has the fields that Prometheus asks for. */
const readAlerts = async () => {
  const [, ...entries] = (await readPage('infra/prometheus/alerts.yml')).split(/^ +- alert: /m);
  return entries.map((entry) => ({
    name: /^\w+/.exec(entry)?.[0] ?? '',
    expr: /^ +expr: (?:>-\n)?([\s\S]*?)\n +(?:for|labels):/m.exec(entry)?.[1] ?? '',
    severity: /severity: (\w+)/.exec(entry)?.[1],
    summary: /summary: (.+)/.exec(entry)?.[1],
    runbook: /runbook_url: (.+)/.exec(entry)?.[1],
  }));
};

const readDashboard = async () => JSON.parse(await readPage('infra/grafana/dashboards/candor.json')) as Dashboard;

const alerts = await readAlerts();
const { panels } = await readDashboard();
const expressions = [
  ...alerts.map(({ name, expr }) => ({ where: `alert ${name}`, expr })),
  ...panels.flatMap(({ title, targets }) => targets.map(({ expr }) => ({ where: `panel ${title}`, expr }))),
];

test.each(expressions)('$where asks for series and labels that exist', ({ expr }) => {
  const known = knownSeries();
  const series = seriesOf(expr);
  expect(series).not.toEqual([]);
  for (const name of series) expect([...known.keys()]).toContain(name);
  const labels = [...series.flatMap((name) => known.get(name) ?? []), ...FOREIGN_LABELS];
  for (const label of labelsOf(expr)) expect(labels).toContain(label);
});

describe('alerts', () => {
  test.each(alerts)('$name says how bad it is, what has happened and what to do', async (alert) => {
    expect(['critical', 'warning']).toContain(alert.severity);
    expect(alert.summary).toBeDefined();
    expect(alert.runbook).toBe(`docs/operations/runbook.md#${alert.name.toLowerCase()}`);
    expect(await readPage('infra/prometheus/alerts.test.yml')).toContain(
      `alertname: ${alert.name}\n        exp_alerts:\n`,
    );
  });

  test('have a chapter each in the runbook, which has no others', async () => {
    const chapters = [...(await readPage('docs/operations/runbook.md')).matchAll(/^## (.+)$/gm)].map(
      ([, title]) => title,
    );
    expect(chapters).toEqual(alerts.map(({ name }) => name));
  });
});

describe('dashboard', () => {
  test('has panels of its own on the data source that is provisioned', async () => {
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    const datasource = await readPage('infra/grafana/provisioning/datasources/prometheus.yml');
    for (const { datasource: used } of panels) expect(datasource).toContain(`uid: ${used.uid}\n`);
  });
});

const hasPromtool = spawnSync('promtool', ['--version']).status === 0;
if (!hasPromtool) {
  process.stderr.write('\nSKIPPED: promtool is missing: apt-get install --no-install-recommends prometheus\n\n');
}

describe.skipIf(!hasPromtool)('promtool (apt-get install --no-install-recommends prometheus)', () => {
  test.each([
    ['check config', 'prometheus.yml'],
    ['test rules', 'alerts.test.yml'],
  ])(
    '%s %s',
    (command, file) => {
      const cwd = fileURLToPath(new URL('../../../infra/prometheus', import.meta.url));
      const { status, stdout, stderr } = spawnSync('promtool', [...command.split(' '), file], {
        cwd,
        encoding: 'utf8',
      });
      expect(status, stdout + stderr).toBe(0);
    },
    120_000,
  );

  test('check config finds the processes of an edge where compose.md tells to name them', async () => {
    const folder = await temporaryFolder();
    await cp(fileURLToPath(new URL('../../../infra/prometheus', import.meta.url)), folder, { recursive: true });
    const page = await readPage('docs/services/compose.md');
    const [path = ''] = /(?<=infra\/prometheus\/)targets\/[\w-]+\.yml/.exec(page) ?? [];
    await mkdir(join(folder, dirname(path)), { recursive: true });
    await writeFile(join(folder, path), codeBlocks(page, 'yaml').find((block) => block.includes('targets:')) ?? '');
    const checked = spawnSync('promtool', ['check', 'config', 'prometheus.yml'], { cwd: folder, encoding: 'utf8' });
    expect(checked.status, checked.stderr).toBe(0);
    expect(checked.stdout + checked.stderr).not.toContain('WARNING');
  });
});
