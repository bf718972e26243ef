import { describe, expect, test } from 'vitest';
import { loadCatalog } from '../../../schemas/pack/catalog.ts';
import { createRoutes } from '../../../services/edge/routes.ts';
import { tinyCatalog } from '../../support/tiny-catalog.ts';

describe('a door', () => {
  const routes = createRoutes(tinyCatalog);
  test.each<[string, string | undefined, string | undefined]>([
    ['/tiny', 'telemetry.tiny.example', 'tiny'],
    ['/tiny', 'localhost:8080', 'tiny'],
    ['/tiny', undefined, 'tiny'],
    ['/', 'telemetry.hashed.example', 'hashed'],
    ['/', 'telemetry.hashed.example:8443', 'hashed'],
    ['/', 'Telemetry.HASHED.example:80', 'hashed'],
    ['/v1/reports/tiny', undefined, 'tiny'],
    ['/v1/reports/hashed', 'localhost', 'hashed'],
    ['/v1/batches/tiny', undefined, 'tiny'],
    ['/v1/batches/other', undefined, undefined],
    ['/', 'localhost', undefined],
    ['/', undefined, undefined],
    ['/', 'telemetry.tiny.example', undefined],
    ['/', 'telemetry.hashed.example.evil.example', undefined],
    ['/Tiny', undefined, undefined],
    ['/tiny/', undefined, undefined],
    ['/v1/reports/other', undefined, undefined],
    ['/v1/reports/', undefined, undefined],
    ['', 'telemetry.hashed.example', undefined],
  ])('%s on the host %s belongs to %s', (path, host, product) => {
    expect(routes.find(path, host)?.get('POST')?.product).toBe(product);
  });

  test('is known by its method', () => {
    const doors = routes.find('/v1/reports/tiny', undefined);
    expect([...(doors?.keys() ?? [])]).toEqual(['POST']);
    expect(doors?.get('POST')).toMatchObject({ product: 'tiny', path: '/v1/reports/tiny', service: 'report' });
  });

  test('that takes GET takes HEAD, but for a WebSocket', () => {
    expect([...(routes.find('/openapi.json', undefined)?.keys() ?? [])]).toEqual(['GET', 'HEAD']);
    const headless = routes.doors
      .filter(({ method }) => method === 'GET')
      .filter(({ path }) => routes.find(path, '')?.get('HEAD') === undefined);
    expect(headless.map(({ service }) => service).filter((service) => service !== 'frames')).toEqual([]);
  });

  test('for receipts takes whatever stands behind its path', () => {
    expect(routes.find('/v1/receipts/abc', undefined)?.get('GET')?.service).toBe('receipt');
    expect(routes.find('/v1/receipts', undefined)).toBeUndefined();
  });
});

test('two products can not share a path', () => {
  const [tiny] = tinyCatalog.products.values();
  if (tiny === undefined) throw new Error('the catalog is empty');
  const products = new Map([
    ['tiny', tiny],
    ['twin', { ...tiny, product: 'twin' }],
  ]);
  expect(() => createRoutes({ ...tinyCatalog, products })).toThrow('twin and tiny share the path /tiny');
});

test('every door that a real client knows belongs to its product', async () => {
  const catalog = await loadCatalog();
  const routes = createRoutes(catalog);
  for (const { product, wire } of catalog.products.values()) {
    expect(routes.find(`/v1/reports/${product}`, undefined)?.get('POST')?.product).toBe(product);
    for (const { path, method, transport, hosts = [] } of wire.endpoints) {
      const door = transport === 'websocket' ? 'GET' : method;
      for (const host of hosts) expect(routes.find(path, host)?.get(door)?.product).toBe(product);
    }
  }
});
