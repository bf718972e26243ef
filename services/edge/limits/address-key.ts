import { createHmac, randomBytes } from 'node:crypto';
import { BlockList } from 'node:net';
import ipaddr from 'ipaddr.js';

/** Names the network that an address is limited with; undefined when it has no limits. */
export type AddressKey = (address: string | undefined) => string | undefined;

/** Bytes of an IPv6 address that name a network: one customer has a /64 at least, and could use any address in it. */
const IPV6_NETWORK_BYTES = 8;

/** Bytes of a key: enough that no two networks in memory share one. */
const KEY_BYTES = 12;

/**
 * Creates the names under which addresses are counted: keyed hashes, with a random key that only this process has and never
 * shows, so that what is kept in memory is no address. Those without an address share a name.
 *
 * @param unlimited Networks in CIDR notation that have no limits.
 */
export const createAddressKey = (unlimited: readonly string[]): AddressKey => {
  const secret = randomBytes(32);
  const free = new BlockList();
  for (const network of unlimited) {
    const [address, bits] = ipaddr.parseCIDR(network);
    free.addSubnet(address.toString(), bits, address.kind());
  }
  return (address) => {
    if (address === undefined) return '';
    // Takes IPv4 that was written as IPv6 for what it is.
    const parsed = ipaddr.process(address);
    if (free.check(parsed.toString(), parsed.kind())) return undefined;
    const bytes = parsed.toByteArray();
    const network = bytes.slice(0, parsed.kind() === 'ipv6' ? IPV6_NETWORK_BYTES : bytes.length);
    return createHmac('sha256', secret).update(Uint8Array.from(network)).digest().toString('latin1', 0, KEY_BYTES);
  };
};
