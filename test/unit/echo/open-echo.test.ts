import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { loadCatalog } from '../../../schemas/pack/catalog.ts';
import { echoEnvironment, openEcho } from '../../../services/echo/open-echo.ts';
import type { ReceivedReport } from '../../../services/edge/write-report.ts';
import { parseEnvironment } from '../../../services/runtime/environment.ts';
import { createLogger } from '../../../services/runtime/logger.ts';
import { createMetrics } from '../../../services/runtime/metrics.ts';

const open = async (environment: Readonly<Record<string, string>>, signal: AbortSignal) => {
  const parts = { catalog: await loadCatalog(), metrics: createMetrics(), logger: createLogger('silent') };
  return openEcho(parseEnvironment(echoEnvironment, environment), parts, signal);
};

const CAPTURED = new URL('../../conformance/captured/cloudquery-0.20-traces.http', import.meta.url);

/** What a released client sends to its own door, from an address of the bundled database. */
const traces = async (): Promise<ReceivedReport> => {
  const request = await readFile(CAPTURED);
  return {
    received_at: Date.parse('2026-11-21T00:00:00Z'),
    product: 'cloudquery',
    door: '/v1/traces',
    method: 'POST',
    encoding: 'identity',
    client: '8.8.8.8',
    body: request.subarray(request.indexOf('\r\n\r\n') + 4),
  };
};

test('an edge of its own shows what is kept of OTLP, with the place of the bundled database', async () => {
  const stop = new AbortController();
  const echo = await open({}, stop.signal);
  expect(echo(await traces())).toMatchObject({
    outcome: 'stored',
    kind: 'cloudquery.operation',
    tables: { cloudquery_operations: { rows: 1, shown: [{ country: 'US', operation: 'fetch' }] } },
  });
  stop.abort();
});

test('a bound of documents is a bound of the echo', async () => {
  const stop = new AbortController();
  const echo = await open({ ANONYMIZER_MAX_JSON_DEPTH: '2' }, stop.signal);
  const body = Buffer.from('{"a":{"b":{}}}');
  const report = { ...(await traces()), product: 'emqx', door: '/api/telemetry', body };
  expect(echo(report)).toMatchObject({ outcome: 'reject', reason: 'json_too_deep' });
  stop.abort();
});

test('a place database that can not be read stops the start', async () => {
  await expect(open({ GEO_DATABASE: '/nowhere.mmdb' }, AbortSignal.abort())).rejects.toThrow('/nowhere.mmdb');
});
