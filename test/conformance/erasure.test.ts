import { describe, expect, test } from 'vitest';
import { edgeEnvironment } from '../../services/edge/config.ts';
import { parseEnvironment } from '../../services/runtime/environment.ts';
import { Secret } from '../../services/runtime/secret.ts';
import { DELIVERED, sendTo, startFullEdge, startRealEdge } from '../support/conformance.ts';
import { request } from '../support/http-bytes.ts';
import { startTestEdge } from '../support/test-edge.ts';

const ID = '147B411E-AaH6vsPJ0Uo4X_dadFza';
const DOOR = '/v1/installations/sonarqube';
const TOKEN = 'a token of the operator';

const removed = (id: string, ...headers: readonly string[]): Buffer =>
  request([`DELETE ${DOOR}/${id} HTTP/1.1`, 'Host: localhost', ...headers], '');

const startWithToken = () => {
  const config = { EDGE_OPERATOR_TOKEN: new Secret(TOKEN) };
  return startTestEdge({ config });
};

const tiny = (id: string, ...headers: readonly string[]): Buffer =>
  request([`DELETE /v1/installations/tiny/${id} HTTP/1.1`, 'Host: localhost', ...headers], '');

describe('the door where an installation is erased', () => {
  test('takes its id for its own proof: an opt-out, without an address', async () => {
    const edge = await startRealEdge();
    expect(await sendTo(edge, removed(`${ID}?why=because`))).toMatchObject(DELIVERED);
    const [event] = await edge.events();
    expect(event).toMatchObject({ product: 'sonarqube', door: DOOR, method: 'DELETE', address: null });
    expect(JSON.parse(String(event?.body))).toEqual({ id: ID, forever: false });
  });

  test("takes the operator's token, with any id, for good", async () => {
    const edge = await startWithToken();
    expect(await sendTo(edge, tiny('a%2Fb%201', `Authorization: Bearer ${TOKEN}`))).toMatchObject({ status: 200 });
    const [event] = await edge.events();
    expect(JSON.parse(String(event?.body))).toEqual({ id: 'a/b 1', forever: true });
  });

  test.each([
    ['a short id', '1', []],
    ['what can not be decoded', '%ff%ff%ff%ff%ff%ff%ff%ff', []],
    ['an endless id', 'x'.repeat(513), []],
  ])('refuses %s', async (_what, id, headers) => {
    const edge = await startRealEdge();
    const answer = await sendTo(edge, removed(id, ...headers));
    expect(answer.status).toBe(400);
    expect(JSON.parse(answer.body)).toMatchObject({ type: 'urn:candor:problem:unusable-id' });
    expect(await edge.events()).toEqual([]);
  });

  test.each([
    ['another token', 'Bearer another token', startWithToken],
    ['the token without its scheme', TOKEN, startWithToken],
    ['nothing in its place', '', startWithToken],
    ['a token where none is known', `Bearer ${TOKEN}`, startTestEdge],
    ['an empty one where none is known', 'Bearer ', startTestEdge],
  ])('refuses %s, whatever the id is', async (_what, authorization, start) => {
    const edge = await start();
    const answer = await sendTo(edge, tiny(ID, `Authorization: ${authorization}`));
    expect(answer.status).toBe(403);
    expect(answer.body).not.toContain(TOKEN);
    expect(await edge.events()).toEqual([]);
  });

  test('says when to come back, and which methods there are', async () => {
    const edge = await startFullEdge();
    expect(await sendTo(edge, removed(ID))).toMatchObject({ status: 503, headers: { 'retry-after': '5' } });
    const got = request([`GET ${DOOR}/${ID} HTTP/1.1`, 'Host: localhost'], '');
    expect(await sendTo(edge, got)).toMatchObject({ status: 405, headers: { allow: 'DELETE' } });
  });
});

test('a token that is too short to be one stops the start, and is not shown', () => {
  expect(() => parseEnvironment(edgeEnvironment, { EDGE_OPERATOR_TOKEN: 'short-token' })).toThrow(
    /EDGE_OPERATOR_TOKEN: (?!.*short-token)/,
  );
});
