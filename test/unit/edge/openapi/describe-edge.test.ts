import { Validator } from '@seriousme/openapi-schema-validator';
import { describe, expect, test } from 'vitest';
import { loadCatalog } from '../../../../schemas/pack/catalog.ts';
import { describeEdge } from '../../../../services/edge/openapi/describe-edge.ts';
import { createRoutes, type Door } from '../../../../services/edge/routes.ts';
import { head } from '../../../support/http-bytes.ts';
import { exchange } from '../../../support/raw-http.ts';
import { startTestEdge } from '../../../support/test-edge.ts';

/** What the tests read of a description. */
interface Description {
  readonly paths: Readonly<
    Record<string, Readonly<Record<string, { readonly responses: object; readonly servers?: object }>>>
  >;
  readonly components: { readonly schemas: Readonly<Record<string, unknown>> };
}

const catalog = await loadCatalog();
const { doors } = createRoutes(catalog);
const served = async (): Promise<Description> => {
  const edge = await startTestEdge({ catalog });
  const answer = await exchange(edge.port, head('GET /openapi.json HTTP/1.1', 'Host: localhost'));
  expect(answer).toMatchObject({
    status: 200,
    headers: { 'content-type': 'application/json', 'cache-control': 'public, max-age=3600' },
  });
  return JSON.parse(answer.body) as Description;
};

const statusesOf = ({ paths }: Description, { path, method }: Pick<Door, 'path' | 'method'>): string[] =>
  Object.keys(paths[path]?.[method.toLowerCase()]?.responses ?? {});

describe('/openapi.json', () => {
  test('has a head with the length of its body, which does not come', async () => {
    const { url } = await startTestEdge({ catalog });
    const [whole, alone] = await Promise.all([
      fetch(`${url}/openapi.json`),
      fetch(`${url}/openapi.json`, { method: 'HEAD' }),
    ]);
    expect(alone.status).toBe(200);
    expect(alone.headers.get('content-length')).toBe(whole.headers.get('content-length'));
    expect(await alone.text()).toBe('');
  });

  test('is valid OpenAPI 3.1', async () => {
    const result = await new Validator().validate({ ...(await served()) });
    expect(result).toEqual({ valid: true });
  });

  test('has every door, and nothing else', async () => {
    const { paths } = await served();
    const described = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(described.toSorted()).toEqual(doors.map(({ method, path }) => `${method} ${path}`).toSorted());
  });

  test('is what the routes say', async () => {
    expect(await served()).toEqual(JSON.parse(JSON.stringify(describeEdge(doors, catalog))));
  });

  test('says how each door turns a report away', async () => {
    const description = await served();
    const statuses = Object.fromEntries(
      ['/sonarqube', '/', '/api/telemetry', '/v1/traces', '/v1/batches/emqx'].map((path) => [
        path,
        statusesOf(description, { path, method: 'POST' }),
      ]),
    );
    expect(statuses).toEqual({
      '/sonarqube': ['200', '400', '413', '415'],
      '/': ['200', '429'],
      '/api/telemetry': ['200', '400', '413', '415', '503'],
      '/v1/traces': ['200', '400', '413', '415', '500'],
      '/v1/batches/emqx': ['200', '400', '413', '415', '501', '503'],
    });
    expect(statusesOf(description, { path: '/v1/ws', method: 'GET' })).toEqual(['101', '426']);
    expect(description.paths['/']?.post?.servers).toEqual([{ url: 'https://metrics.dependencytrack.org' }]);
  });

  test('has every kind with its fields, and what they are for', async () => {
    const { schemas } = (await served()).components;
    for (const kind of catalog.kinds.keys()) expect(Object.keys(schemas)).toContain(kind);
    expect(schemas['dependency-track.report']).toMatchObject({
      properties: { system_id: { class: 'identifier', purpose: 'Correlates the reports of one system over time' } },
    });
  });
});
