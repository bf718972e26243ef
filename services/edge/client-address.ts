import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';

/** An IPv4 address that was written as IPv6 as plain IPv4, without zone; undefined when it is no address. */
const normalized = (text: string | undefined): string | undefined => {
  const address = text
    ?.trim()
    .replace(/^::ffff:(?=\d+\.)/i, '')
    .replace(/%.*$/, '');
  return address !== undefined && isIP(address) !== 0 ? address : undefined;
};

/**
 * The client's address: the peer's, or the X-Forwarded-For entry that `trustedHops` proxies leave as the client. Counted from
 * the end, because everything in front of what our own proxies wrote can be made up. Undefined when the chain is too short.
 */
export const clientAddress = (request: IncomingMessage, trustedHops: number): string | undefined => {
  const peer = request.socket.remoteAddress;
  if (trustedHops === 0) return normalized(peer);
  const forwarded = request.headersDistinct['x-forwarded-for']?.join(',').split(',') ?? [];
  return normalized(forwarded.at(-trustedHops));
};
