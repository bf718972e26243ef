import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { describe, expect, test } from 'vitest';
import { clientAddress, type TrustedProxies } from '../../../services/edge/client-address.ts';

/** A request from `peer` with the given headers. */
const requestFrom = (
  peer: string | undefined,
  headers: Readonly<Record<string, readonly string[]>> = {},
): IncomingMessage => {
  const socket = new Socket();
  Object.defineProperty(socket, 'remoteAddress', { value: peer });
  const request = new IncomingMessage(socket);
  request.headersDistinct = Object.fromEntries(Object.entries(headers).map(([name, values]) => [name, [...values]]));
  return request;
};

const proxies = (hops: number, header: TrustedProxies['TRUSTED_PROXY_HEADER'] = 'x-forwarded-for'): TrustedProxies => ({
  TRUSTED_PROXY_HOPS: hops,
  TRUSTED_PROXY_HEADER: header,
});

const PEER = '192.0.2.1';

describe('without proxies, the address is', () => {
  test.each<[string, string | undefined, string | undefined]>([
    ['the peer', PEER, PEER],
    ['none for a peer that has gone', undefined, undefined],
    ['IPv4 for IPv4 that was written as IPv6', '::ffff:203.0.113.9', '203.0.113.9'],
    ['IPv6 without its zone', 'fe80::1%eth0', 'fe80::1'],
  ])('%s', (_what, peer, expected) => {
    expect(clientAddress(requestFrom(peer), proxies(0))).toBe(expected);
  });

  test('the peer, whatever a client claims', () => {
    const claims = { 'x-forwarded-for': ['203.0.113.9'], forwarded: ['for=203.0.113.9'] };
    expect(clientAddress(requestFrom(PEER, claims), proxies(0))).toBe(PEER);
  });
});

describe('of X-Forwarded-For, the address is', () => {
  test.each<[string, number, readonly string[], string | undefined]>([
    ['the entry of the one proxy', 1, ['203.0.113.9'], '203.0.113.9'],
    ['not the entry that the client made up', 1, ['1.1.1.1, 203.0.113.9'], '203.0.113.9'],
    ['the entry of the outer of two proxies', 2, ['203.0.113.9, 10.0.0.1'], '203.0.113.9'],
    ['not the made-up one in front of two', 2, ['1.1.1.1,203.0.113.9,10.0.0.1'], '203.0.113.9'],
    ['found over several headers, which count as one', 2, ['1.1.1.1, 203.0.113.9', '10.0.0.1'], '203.0.113.9'],
    ['found behind a quote that a client opened', 1, ['"1.1.1.1, 203.0.113.9'], '203.0.113.9'],
    ['none when the proxy wrote nothing', 1, [], undefined],
    ['none when the header is empty', 1, [''], undefined],
    ['none in a chain that is too short', 2, ['203.0.113.9'], undefined],
    ['none in an empty entry', 1, ['203.0.113.9, '], undefined],
    ['none in a word', 1, ['203.0.113.9, unknown'], undefined],
    ['none in a name', 1, ['client.example.org'], undefined],
    ['none in a number too large', 1, ['203.0.113.256'], undefined],
    ['none in hexadecimal', 1, ['0xcb.0.113.9'], undefined],
    ['none in octal', 1, ['0313.0.113.9'], undefined],
    ['none in one number', 1, ['3405803785'], undefined],
    ['none in full-width digits', 1, ['２０３.0.113.9'], undefined],
    ['none in a network', 1, ['203.0.113.0/24'], undefined],
    ['without spaces and tabs', 1, ['1.1.1.1,\t 203.0.113.9 \t'], '203.0.113.9'],
    ['without its port', 1, ['203.0.113.9:50123'], '203.0.113.9'],
    ['without brackets', 1, ['[2001:db8::1]'], '2001:db8::1'],
    ['without brackets and port', 1, ['[2001:db8::1]:443'], '2001:db8::1'],
    ['none in brackets that are not closed', 1, ['[2001:db8::1'], undefined],
    ['none before two ports', 1, ['203.0.113.9:1:2'], undefined],
    ['IPv6', 1, ['2001:db8::1'], '2001:db8::1'],
    ['spelt in one way only', 1, ['2001:0DB8:0:0::0001'], '2001:db8::1'],
    ['IPv4 for IPv4 as IPv6, in capitals', 1, [' ::FFFF:203.0.113.9 '], '203.0.113.9'],
    ['IPv4 for IPv4 as IPv6, in hexadecimal', 1, ['::ffff:cb00:7109'], '203.0.113.9'],
    ['IPv4 for IPv4 as IPv6, in brackets with a port', 1, ['[::ffff:203.0.113.9]:443'], '203.0.113.9'],
    ['without its zone, within brackets', 1, ['[fe80::1%25eth0]:80'], 'fe80::1'],
  ])('%s', (_what, hops, forwarded, expected) => {
    expect(clientAddress(requestFrom(PEER, { 'x-forwarded-for': forwarded }), proxies(hops))).toBe(expected);
  });
});

describe('of Forwarded, the address is', () => {
  test.each<[string, number, readonly string[], string | undefined]>([
    ['its `for`', 1, ['for=203.0.113.9'], '203.0.113.9'],
    ['its `for` among others, in capitals', 1, ['by=10.0.0.1;For=203.0.113.9; proto=https'], '203.0.113.9'],
    ['quoted', 1, ['for="203.0.113.9"'], '203.0.113.9'],
    ['IPv6 with a port', 1, ['for="[2001:db8::1]:4711"'], '2001:db8::1'],
    ['IPv6 as the RFC does not have it', 1, ['for=2001:db8::1'], '2001:db8::1'],
    ['with a hidden port', 1, ['for="203.0.113.9:_p1"'], '203.0.113.9'],
    ['none when unknown', 1, ['for=unknown'], undefined],
    ['none when hidden', 1, ['for=_SEVKISEK'], undefined],
    ['none without a `for`', 1, ['by=203.0.113.9;proto=http'], undefined],
    ['none with two of them', 1, ['for=1.1.1.1;for=203.0.113.9'], undefined],
    ['none when a quote is not closed', 1, ['for="203.0.113.9'], undefined],
    ['that of the outer of two proxies', 2, ['for=1.1.1.1, for=203.0.113.9, for=10.0.0.1'], '203.0.113.9'],
    ['found over several headers', 2, ['for=203.0.113.9', 'for=10.0.0.1'], '203.0.113.9'],
    ['found behind a quote that a client opened', 1, ['for="1.1.1.1, for=203.0.113.9'], '203.0.113.9'],
    ['not found in a host with commas', 1, ['for=203.0.113.9;host="a, for=1.1.1.1"'], '203.0.113.9'],
    ['not found in a host with quotes', 1, ['for=203.0.113.9;host="a\\", for=1.1.1.1;x=\\""'], '203.0.113.9'],
    ['not found in a host that ends with backslashes', 1, ['for=203.0.113.9;host="a, b\\\\"'], '203.0.113.9'],
  ])('%s', (_what, hops, forwarded, expected) => {
    expect(clientAddress(requestFrom(PEER, { forwarded }), proxies(hops, 'forwarded'))).toBe(expected);
  });
});

test.each([
  ['x-forwarded-for', { forwarded: ['for=203.0.113.9'] }],
  ['forwarded', { 'x-forwarded-for': ['203.0.113.9'] }],
] as const)('where the proxies write %s, the other header is never read', (header, claims) => {
  expect(clientAddress(requestFrom(PEER, claims), proxies(1, header))).toBeUndefined();
});

describe('headers that are longer than any server lets through', () => {
  const MANY = 100_000;

  test.each([
    ['entries', 'x-forwarded-for', '1.1.1.1, '.repeat(MANY), '203.0.113.9'],
    ['elements', 'forwarded', 'for="1.1.1.1", '.repeat(MANY), 'for=203.0.113.9'],
    ['quotes', 'forwarded', 'for="", "'.repeat(MANY), ', for=203.0.113.9'],
    ['backslashes', 'forwarded', '\\'.repeat(MANY), ', for=203.0.113.9'],
  ] as const)('with 100,000 %s: the last is found', (_what, header, made, last) => {
    expect(clientAddress(requestFrom(PEER, { [header]: [made + last] }), proxies(1, header))).toBe('203.0.113.9');
  });

  test.each([
    ['parameters', ';a="b'.repeat(MANY)],
    ['escaped quotes', '\\"'.repeat(MANY)],
    ['addresses in one', `for=${'1.'.repeat(MANY)}`],
  ])('with 100,000 %s: there is none', (_what, made) => {
    expect(clientAddress(requestFrom(PEER, { forwarded: [made] }), proxies(1, 'forwarded'))).toBeUndefined();
  });
});
