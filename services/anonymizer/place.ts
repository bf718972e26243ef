import { createRequire } from 'node:module';
import { BlockList, isIPv6 } from 'node:net';
import { type CountryResponse, open } from 'maxmind';
import { messageOf, StartError } from '../runtime/errors.ts';

/** Where a report came from, as coarse as it is kept. */
export interface Place {
  /** ISO 3166-1 alpha-2 code; empty when unknown. */
  readonly country: string;
  /** Build date of the database, in days since 1970. */
  readonly geoBuild: number;
}

/** Looks up the place of an address. */
export type Locate = (address: string) => Place;

/** A country in either of the two forms that MaxMind-format files use. */
type CountryRecord = CountryResponse & { readonly country_code?: string };

/** Country database in the public domain (CC0): addresses by the registries' own statements. */
const BUNDLED = '@ip-location-db/geo-whois-asn-country-mmdb/geo-whois-asn-country.mmdb';

/**
 * Networks that are nowhere (IANA special-purpose registries): the registries' statements name the country of their keeper for
 * some, so that a report from a container's network would come from Australia.
 */
const NOWHERE = new BlockList();
for (const [network, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
] as const)
  NOWHERE.addSubnet(network, prefix, 'ipv4');
for (const [network, prefix] of [
  ['::', 128],
  ['::1', 128],
  ['2001:db8::', 32],
  ['3fff::', 20],
  ['fc00::', 7],
  ['fe80::', 10],
  ['ff00::', 8],
] as const)
  NOWHERE.addSubnet(network, prefix, 'ipv6');

const DAY_MS = 86_400_000;

/**
 * Opens a MaxMind-format file; the bundled one without `path`.
 *
 * @throws StartError when the file can't be read.
 */
export const openPlaces = async (path: string | undefined): Promise<Locate> => {
  const file = path ?? createRequire(import.meta.url).resolve(BUNDLED);
  const reader = await open<CountryRecord>(file).catch((error: unknown) => {
    throw new StartError(`GEO_DATABASE ${file} can't be read: ${messageOf(error)}`);
  });
  const geoBuild = Math.floor(reader.metadata.buildEpoch.getTime() / DAY_MS);
  return (address) => {
    if (NOWHERE.check(address, isIPv6(address) ? 'ipv6' : 'ipv4')) return { country: '', geoBuild };
    const record = reader.get(address);
    return { country: record?.country?.iso_code ?? record?.country_code ?? '', geoBuild };
  };
};
