import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { expect, test } from 'vitest';
import { clientAddress } from '../../../services/edge/client-address.ts';

/** A request from `peer` with the given X-Forwarded-For headers. */
const requestFrom = (peer: string | undefined, forwarded: readonly string[]): IncomingMessage => {
  const socket = new Socket();
  Object.defineProperty(socket, 'remoteAddress', { value: peer });
  const request = new IncomingMessage(socket);
  request.headersDistinct = forwarded.length > 0 ? { 'x-forwarded-for': [...forwarded] } : {};
  return request;
};

const PEER = '192.0.2.1';

test.each<[string, number, string | undefined, readonly string[], string | undefined]>([
  ['without proxies: the peer', 0, PEER, [], PEER],
  ['without proxies: whatever a client claims', 0, PEER, ['203.0.113.9'], PEER],
  ['behind one proxy: the entry that it wrote', 1, PEER, ['203.0.113.9'], '203.0.113.9'],
  ['behind one proxy: not the entry that the client made up', 1, PEER, ['1.1.1.1, 203.0.113.9'], '203.0.113.9'],
  ['behind two proxies: the entry that the outer one wrote', 2, PEER, ['203.0.113.9, 10.0.0.1'], '203.0.113.9'],
  ['behind two proxies: not the made-up one', 2, PEER, ['1.1.1.1,203.0.113.9,10.0.0.1'], '203.0.113.9'],
  ['in several headers, which count as one', 2, PEER, ['1.1.1.1, 203.0.113.9', '10.0.0.1'], '203.0.113.9'],
  ['behind one proxy that wrote nothing', 1, PEER, [], undefined],
  ['in a chain that is too short', 2, PEER, ['203.0.113.9'], undefined],
  ['in an empty entry', 1, PEER, ['203.0.113.9, '], undefined],
  ['that is no address', 1, PEER, ['203.0.113.9, unknown'], undefined],
  ['that is no address either', 1, PEER, ['203.0.113.256'], undefined],
  ['of a peer that has gone', 0, undefined, [], undefined],
  ['as IPv4 in IPv6: as IPv4', 0, '::ffff:203.0.113.9', [], '203.0.113.9'],
  ['as IPv4 in IPv6 in a header, in capitals', 1, PEER, [' ::FFFF:203.0.113.9 '], '203.0.113.9'],
  ['as IPv6', 1, PEER, ['2001:db8::1'], '2001:db8::1'],
  ['with a zone: without it', 0, 'fe80::1%eth0', [], 'fe80::1'],
  ['with a port: none, rather than a guess', 1, PEER, ['203.0.113.9:50123'], undefined],
  ['in brackets with a port: none', 1, PEER, ['[2001:db8::1]:50123'], undefined],
])('the address %s', (_which, hops, peer, forwarded, expected) => {
  expect(clientAddress(requestFrom(peer, forwarded), hops)).toBe(expected);
});
