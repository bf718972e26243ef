import { isIPv6 } from 'node:net';
import ipaddr from 'ipaddr.js';
import type { CityResponse, Reader, Response } from 'maxmind';
import { dayOf } from '../../schemas/pack/identity.ts';

/** Where a report came from, as coarse as it may be kept: nothing finer is ever read from a database. */
export interface Place {
  /** ISO 3166-1 alpha-2 code; empty when unknown. */
  readonly country: string;
  /** ISO 3166-2 code, such as `DE-BE`; empty when unknown. Kept only where a product's policy says so. */
  readonly region: string;
  /** Build date of the database, in days since 1970. */
  readonly geoBuild: number;
}

/** Looks up the place of an address; undefined when there is no database to be asked. Never throws. */
export type Locate = (address: string) => Place | undefined;

/** A record in the forms that MaxMind-format files use: MaxMind's own and DB-IP's, ip-location-db's, IPinfo's. */
export type PlaceRecord = Response & {
  readonly country?: CityResponse['country'] | string;
  readonly country_code?: string;
  readonly subdivisions?: readonly { readonly iso_code?: string }[];
};

/** An open database. */
export type PlaceReader = Reader<PlaceRecord>;

/** The code if it is one: whatever else a file says there is not kept. */
const codeIf = (pattern: RegExp, code: unknown): string => (typeof code === 'string' && pattern.test(code) ? code : '');

const countryOf = ({ country, country_code }: PlaceRecord): string =>
  codeIf(/^[A-Z]{2}$/, (typeof country === 'object' ? country.iso_code : undefined) ?? country_code ?? country);

const regionOf = (country: string, { subdivisions }: PlaceRecord): string => {
  const region = codeIf(/^[A-Z\d]{1,3}$/, subdivisions?.[0]?.iso_code);
  return country && region && `${country}-${region}`;
};

/** The database's build date, in days since 1970. */
export const buildDay = ({ metadata }: PlaceReader): number => dayOf(metadata.buildEpoch.getTime());

/**
 * Looks an address up. Private, loopback and other special addresses are nowhere: the registries' statements name the country of
 * their keeper for some, so that a report from a container's network would come from Australia.
 *
 * @throws Error when the file is damaged.
 */
export const placeOf = (reader: PlaceReader, address: string): Place => {
  const nowhere: Place = { country: '', region: '', geoBuild: buildDay(reader) };
  // A database of IPv4 alone would read an IPv6 address as the IPv4 address in its first bits.
  if (reader.metadata.ipVersion === 4 && isIPv6(address)) return nowhere;
  if (ipaddr.parse(address).range() !== 'unicast') return nowhere;
  const record = reader.get(address);
  if (record === null) return nowhere;
  const country = countryOf(record);
  return { ...nowhere, country, region: regionOf(country, record) };
};
