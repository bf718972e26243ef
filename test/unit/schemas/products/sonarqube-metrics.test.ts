import { expect, test } from 'vitest';
import { metrics } from '../../../../schemas/products/sonarqube/metrics.ts';
import { metricsRows } from '../../../../schemas/products/sonarqube/metrics-tables.ts';
import { createScrubber } from '../../../../services/anonymizer/scrub.ts';

/** What a 2025 server puts into one request at most; 10.7 puts all it has. */
const LARGEST_REQUEST = 10_000;

/** A report about the languages of a server with these values. */
const report = (values: readonly unknown[]) =>
  metrics.parse({
    message_uuid: '15263748-596a-4b7c-8d9e-afb0c1d2e3f4',
    installation_id: 'B71D09E4-AZk2Rp8sLm4QxVt6HwNc',
    dimension: 'language',
    metric_values: values,
  });

test.each([LARGEST_REQUEST, 5 * LARGEST_REQUEST])('%i values of one report become as many rows', (count) => {
  const values = Array.from({ length: count }, (_, index) => ({ key: 'ncloc_per_language', value: index }));
  const rows = metricsRows(report(values)).sonarqube_language_metrics;
  expect(rows).toHaveLength(count);
  expect(rows?.at(-1)).toMatchObject({ metric_index: count - 1, value_integer: count - 1 });
});

test.each([
  [true, 'boolean', { value_bool: true }],
  ['30', 'integer', { value_string: '30' }],
  ['', 'string', { value_string: '' }],
  [30, 'integer', { value_integer: 30 }],
  [30, 'float', { value_float: 30 }],
  [30, undefined, { value_integer: 30 }],
  [0.5, 'integer', { value_float: 0.5 }],
  [-(2 ** 53), 'integer', { value_float: -(2 ** 53) }],
  [null, 'integer', {}],
])('%j of type %s is stored in the column of what it is', (value, type, expected) => {
  const [row] = metricsRows(report([{ key: 'some_fact', value, type }])).sonarqube_language_metrics ?? [];
  const { value_bool, value_integer, value_float, value_string } = row ?? {};
  const none = { value_bool: null, value_integer: null, value_float: null, value_string: null };
  expect({ value_bool, value_integer, value_float, value_string }).toEqual({ ...none, ...expected });
});

test.each([
  ['office365.com', 'office365.com'],
  ['Gmail.com', 'Gmail.com'],
  ['NOT_SET', 'NOT_SET'],
  ['acme-works.example', '[domain]'],
  ['', '[domain]'],
])('the domain of a mail server, %j, is kept as %j', (value, expected) => {
  const [kept] = report([{ key: 'email_conf_host', value }]).metric_values;
  expect(kept?.value).toBe(expected);
});

test('a text among the values is scrubbed', () => {
  const document = report([{ key: 'some_fact', value: 'asked by jane.doe@example.org', type: 'string' }]);
  createScrubber(metrics)(document);
  expect(document.metric_values[0]?.value).toBe('asked by [email]');
});
