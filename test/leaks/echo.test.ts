import { expect, test } from 'vitest';
import { loadCatalog } from '../../schemas/pack/catalog.ts';
import { anonymizerEnvironment, documentBounds } from '../../services/anonymizer/config.ts';
import { createEcho } from '../../services/echo/echo.ts';
import { canEcho, createRoutes } from '../../services/edge/routes.ts';
import { parseEnvironment } from '../../services/runtime/environment.ts';
import { allCanaries, CONNECTION_CANARIES, CONTROL } from './canaries.ts';
import { createSearch } from './search.ts';
import { makeShots } from './shots.ts';

const catalog = await loadCatalog();
const routes = createRoutes(catalog);
const bounds = documentBounds(parseEnvironment(anonymizerEnvironment, {}));
const echo = createEcho(catalog, () => undefined, bounds);

/** What the edge answers to each shot that asks what would be kept, without its rest: the gate's edge shows one in five. */
const shown = makeShots(catalog).flatMap(({ door: name, send }) => {
  if (!('body' in send)) return [];
  const { method, path, headers, body } = send;
  const door = routes.find(path.split('?')[0] ?? '', headers.host)?.get(method);
  if (door === undefined || !canEcho(door) || (door.service !== 'echo' && !('candor-echo' in headers))) return [];
  const encoding = headers['content-encoding'] ?? 'identity';
  const { product, path: doorPath } = door;
  const client = CONNECTION_CANARIES.peer.text;
  const report = { received_at: 0, product, door: doorPath, method, encoding, client, body };
  return [{ name, answer: Buffer.from(JSON.stringify(echo(report))) }];
});

test('what is kept is shown at every door that can', () => {
  const search = createSearch([CONTROL]);
  const doors = new Set(shown.filter(({ answer }) => search(answer).length > 0).map(({ name }) => name));
  const able = routes.doors.filter(canEcho).length;
  expect(doors.size).toBe(able);
});

test('no canary is shown at any door', () => {
  const hits = createSearch(allCanaries())(Buffer.concat(shown.map(({ answer }) => answer)));
  expect(hits.map(({ canary, context }) => `${canary.kind}: ${context}`)).toEqual([]);
});
