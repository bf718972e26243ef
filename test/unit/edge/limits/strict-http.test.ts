import { describe, expect, test } from 'vitest';
import { chunk, head } from '../../../support/http-bytes.ts';
import { openConnection } from '../../../support/raw-http.ts';
import { cutConnections, REPORT, startTestEdge } from '../../../support/test-edge.ts';

const POST = ['POST /tiny HTTP/1.1', 'Host: localhost'] as const;
const LENGTH = `Content-Length: ${REPORT.length}`;
const CHUNKED = 'Transfer-Encoding: chunked';
const manyHeaders = (count: number): string[] => Array.from({ length: count }, (_, index) => `x-${index}: 1`);

const chunked = (...headers: readonly string[]): string => head(...POST, ...headers) + chunk(REPORT) + chunk('');
const plain = (...headers: readonly string[]): string => head(...POST, ...headers) + REPORT;

describe('a request is refused, and its connection cut,', () => {
  test.each([
    ['with both a length and a transfer encoding', chunked(CHUNKED, LENGTH), 'malformed'],
    ['with both, the other way round', chunked(LENGTH, CHUNKED), 'malformed'],
    ['with a folded header', plain('X: a', ' folded', LENGTH), 'malformed'],
    ['with an unknown transfer encoding', chunked('Transfer-Encoding: xchunked'), 'malformed'],
    ['with a transfer encoding before chunked', chunked('Transfer-Encoding: gzip, chunked'), 'malformed'],
    ['with a transfer encoding behind chunked', chunked('Transfer-Encoding: chunked, gzip'), 'malformed'],
    ['with chunked twice', chunked(CHUNKED, CHUNKED), 'malformed'],
    ['with identity as its transfer encoding', plain('Transfer-Encoding: identity', LENGTH), 'malformed'],
    ['with a vertical tab before chunked', chunked('Transfer-Encoding: \vchunked'), 'malformed'],
    ['with chunks in HTTP/1.0', chunked(CHUNKED).replace('HTTP/1.1', 'HTTP/1.0'), 'malformed'],
    ['with a length twice', plain(LENGTH, LENGTH), 'malformed'],
    ['with two lengths', plain(LENGTH, 'Content-Length: 1'), 'malformed'],
    ['with a list of lengths', plain(`${LENGTH}, ${REPORT.length}`), 'malformed'],
    ['with a sign before its length', plain(LENGTH.replace(': ', ': +')), 'malformed'],
    ['with a length in hexadecimal', plain('Content-Length: 0x2'), 'malformed'],
    ['with a negative length', plain('Content-Length: -1'), 'malformed'],
    ['with a length beyond counting', plain('Content-Length: 99999999999999999999'), 'malformed'],
    ['with a space before a colon', plain(LENGTH.replace(':', ' :')), 'malformed'],
    ['with two hosts', plain('Host: other', LENGTH), 'malformed'],
    ['with a host that is none', plain(LENGTH).replace('localhost', 'local host/x'), 'malformed'],
    ['without a host', plain(LENGTH).replace('Host: localhost\r\n', ''), 'malformed'],
    ['with bare line feeds', plain(LENGTH).replaceAll('\r\n', '\n'), 'malformed'],
    ['with a zero byte in a header', plain('X: a\0b', LENGTH), 'malformed'],
    ['with a chunk size in hexadecimal notation', chunked(CHUNKED).replace('1a\r\n', '0x1a\r\n'), 'malformed'],
    ['with a chunk size beyond counting', chunked(CHUNKED).replace('1a\r\n', 'fffffffffffffffff\r\n'), 'malformed'],
    ['with a chunk that is longer than it says', chunked(CHUNKED).replace('1a\r\n', '2\r\n'), 'malformed'],
    ['with a length in its trailer', chunked(CHUNKED).replace(/\r\n$/, 'Content-Length: 1\r\n\r\n'), 'malformed'],
    ['in HTTP/0.9', 'GET /tiny\r\n\r\n', 'malformed'],
    ['in HTTP/2 without TLS', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 'malformed'],
    ['that says HTTP/2.0', plain(LENGTH).replace('HTTP/1.1', 'HTTP/2.0'), 'malformed'],
    ['with TLS where there is none', '\x16\x03\x01\x02\x00\x01\x00', 'malformed'],
    ['with more headers than the bound', plain(LENGTH, ...manyHeaders(99)), 'headers_too_large'],
    ['with ten thousand headers', plain(LENGTH, ...manyHeaders(10_000)), 'headers_too_large'],
    ['with headers above the bound in bytes', plain(LENGTH, `x: ${'x'.repeat(17_000)}`), 'headers_too_large'],
    ['with a path above it', plain(LENGTH).replace('/tiny', `/${'x'.repeat(17_000)}`), 'headers_too_large'],
  ])('%s', async (_what, text, reason) => {
    const edge = await startTestEdge();
    const connection = await openConnection(edge.port);
    connection.send(Buffer.from(text, 'latin1'));
    expect((await connection.answer()).status).toBe(reason === 'malformed' ? 400 : 431);
    await connection.ended;
    expect(await cutConnections(edge)).toEqual({ [reason]: 1 });
    expect(await edge.events()).toEqual([]);
  });
});

describe('a request is taken', () => {
  test.each([
    ['with as many headers as the bound', plain(LENGTH, ...manyHeaders(98))],
    ['with chunk extensions', chunked(CHUNKED).replace('1a\r\n', '1a;name=value\r\n')],
    ['with an upper-case transfer encoding', chunked('TRANSFER-ENCODING: Chunked')],
    ['with an IPv6 host and a port', plain(LENGTH).replace('localhost', '[::1]:8080')],
    ['with an empty host', plain(LENGTH).replace('localhost', '')],
    ['in HTTP/1.0 without a host', plain(LENGTH).replace('HTTP/1.1\r\nHost: localhost', 'HTTP/1.0')],
    ['with an empty te, as EMQX sends it', plain('te: ', LENGTH)],
    ['with an offer of h2c, as Dependency-Track sends it', plain('Connection: Upgrade', 'Upgrade: h2c', LENGTH)],
    ['behind empty lines', `\r\n\r\n${plain(LENGTH)}`],
  ])('%s', async (_what, text) => {
    const edge = await startTestEdge();
    const connection = await openConnection(edge.port);
    connection.send(text);
    expect((await connection.answer()).status).toBe(200);
    expect(await cutConnections(edge)).toEqual({});
    expect((await edge.events()).map(({ body }) => body.toString())).toEqual([REPORT]);
  });
});

test('what follows a refused request on its connection is not answered', async () => {
  const edge = await startTestEdge();
  const connection = await openConnection(edge.port);
  connection.send(chunked('Transfer-Encoding: gzip, chunked') + plain(LENGTH));
  expect((await connection.answer()).status).toBe(400);
  await expect(connection.answer()).rejects.toThrow('ended');
});
