import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import type { EdgeConfig } from './edge.ts';
import { nthFromEnd } from './nth-from-end.ts';

/** The proxies in front of the edge that are one's own: how many, and the header in which they write whom they serve. */
export type TrustedProxies = Pick<EdgeConfig, 'TRUSTED_PROXY_HOPS' | 'TRUSTED_PROXY_HEADER'>;

/** `[2001:db8::1]:443`, `203.0.113.9:50123`: the address before the port. The port may be hidden as well (`:_p1`). */
const WITH_PORT = /^(?:\[([^\]]+)\]|([\d.]+))(?::\w{1,64})?$/;

/** Longest element in characters: two addresses, a protocol and the longest host name take half of it. */
const MAX_ELEMENT_CHARS = 1_024;

/** A parameter of an element of Forwarded (RFC 7239): a token, or anything within quotes. */
const PARAMETER = /(?:^|;)\s*([\w-]+)=(?:"((?:[^"\\]|\\.)*)"|([^";\s]*))\s*(?=;|$)/g;

/**
 * An address in its one canonical spelling, without port and zone, and as IPv4 where it was IPv4 written as IPv6; undefined for
 * what is no address, such as `unknown` or a name made up by a proxy (`_hidden`).
 */
const canonical = (text: string | undefined): string | undefined => {
  const node = text?.trim() ?? '';
  const [, bracketed, dotted] = WITH_PORT.exec(node) ?? [];
  const [address = ''] = (bracketed ?? dotted ?? node).split('%', 1);
  // Node's check is the strict one: ipaddr.js alone would take `0x7f.1` and read `010.0.0.1` as octal.
  return isIP(address) === 0 ? undefined : ipaddr.process(address).toString();
};

/** What an element of Forwarded says about the client; undefined unless it says so exactly once. */
const forOf = (element: string): string | undefined => {
  const named = [...element.matchAll(PARAMETER)].filter(([, name]) => name?.toLowerCase() === 'for');
  return named.length === 1 ? (named[0]?.[2] ?? named[0]?.[3]) : undefined;
};

/**
 * The client's address: the peer's, or the one that the configured number of trusted proxies leaves as the client. Elements are
 * counted from the end, because everything in front of what our own proxies wrote can be made up; and only the header that they
 * write is read, because they pass the other one through. Undefined when the chain is too short or names no address.
 */
export const clientAddress = (request: IncomingMessage, proxies: TrustedProxies): string | undefined => {
  const { TRUSTED_PROXY_HOPS: hops, TRUSTED_PROXY_HEADER: header } = proxies;
  if (hops === 0) return canonical(request.socket.remoteAddress);
  const element = nthFromEnd(request.headersDistinct[header]?.join(',') ?? '', hops) ?? '';
  if (element.length > MAX_ELEMENT_CHARS) return undefined;
  return canonical(header === 'forwarded' ? forOf(element) : element);
};
