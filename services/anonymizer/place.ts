import { createRequire } from 'node:module';
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
    const record = reader.get(address);
    return { country: record?.country?.iso_code ?? record?.country_code ?? '', geoBuild };
  };
};
