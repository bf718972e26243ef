import { createRequire } from 'node:module';
import { Reader } from 'maxmind';
import { describe, expect, test } from 'vitest';
import { type PlaceReader, type PlaceRecord, placeOf } from '../../../services/anonymizer/place.ts';
import { openBundledPlaces } from '../../support/bundled-places.ts';
import { type PlaceFile, placeFile } from '../../support/place-file.ts';

const readerOf = (file: PlaceFile): PlaceReader => new Reader<PlaceRecord>(placeFile(file));

const BUILT = '2026-06-17T00:00:00Z';
const BUILD_DAY = Date.parse(BUILT) / 86_400_000;

describe('the place of an address, from the bundled database', async () => {
  const locate = await openBundledPlaces();

  test.each([
    ["a resolver of Google's", '8.8.8.8', 'US'],
    ["a resolver of Google's in IPv6", '2001:4860:4860::8888', 'US'],
    ['a German publisher', '193.99.144.80', 'DE'],
    ['a German publisher in IPv6', '2a02:2e0:3fe:1001:302::', 'DE'],
    ['a Swiss university', '129.132.19.216', 'CH'],
    ['a private network', '10.0.0.1', ''],
    ['this machine', '127.0.0.1', ''],
    ['this machine in IPv6', '::1', ''],
    ['a link', 'fe80::1', ''],
    ['a link in IPv4', '169.254.0.1', ''],
    ['a private network in IPv6', 'fd00::1', ''],
    ['nothing', '0.0.0.0', ''],
    ['a private network of a home', '192.168.1.1', ''],
    ["a private network of Docker's", '172.17.0.1', ''],
    ["a provider's own network", '100.64.0.1', ''],
    ['a test of devices', '198.18.0.1', ''],
    ['many machines', '224.0.0.1', ''],
    ['all machines', '255.255.255.255', ''],
    ['the future', '240.0.0.1', ''],
    ['documentation', '203.0.113.9', ''],
    ['documentation, again', '198.51.100.1', ''],
    ['documentation in IPv6', '2001:db8::1', ''],
    ['documentation in IPv6, again', '3fff::1', ''],
  ])('of %s (%s) is "%s"', (_what, address, country) => {
    expect(locate(address)?.country).toBe(country);
  });

  test('names the day on which the database was built', () => {
    const { geoBuild = 0 } = locate('8.8.8.8') ?? {};
    expect(Number.isInteger(geoBuild)).toBe(true);
    expect(geoBuild).toBeGreaterThan(Date.UTC(2024, 0) / 86_400_000);
    expect(locate('10.0.0.1')?.geoBuild).toBe(geoBuild);
  });

  test('is free to be bundled', () => {
    const require = createRequire(import.meta.url);
    expect(require('@ip-location-db/geo-whois-asn-country-mmdb/package.json')).toMatchObject({ license: 'CC0-1.0' });
  });
});

describe('a record of another file', () => {
  test.each<[string, PlaceFile['networks'][string], string, string]>([
    ["of MaxMind's", { country: { iso_code: 'DE' }, subdivisions: [{ iso_code: 'BE' }] }, 'DE', 'DE-BE'],
    [
      'with two levels of regions',
      { country: { iso_code: 'GB' }, subdivisions: [{ iso_code: 'ENG' }, { iso_code: 'WBK' }] },
      'GB',
      'GB-ENG',
    ],
    ["of ip-location-db's", { country_code: 'FR' }, 'FR', ''],
    ["of IPinfo's", { country: 'IT' }, 'IT', ''],
    ["of IPinfo's, with the country's name", { country: 'Italy', country_code: 'IT' }, 'IT', ''],
    ['of a region without a country', { subdivisions: [{ iso_code: 'BE' }] }, '', ''],
    ['of a region without a code', { country: { iso_code: 'DE' }, subdivisions: [{ name: 'Berlin' }] }, 'DE', ''],
    ['with something else for a country', { country: 'Musterstraße 1' }, '', ''],
    ['of something else altogether', { autonomous_system_number: 64496 }, '', ''],
    ['that is a text', 'DE', '', ''],
  ])('%s', (_what, record, country, region) => {
    const reader = readerOf({ networks: { '8.8.8.0/24': record }, built: BUILT });
    expect(placeOf(reader, '8.8.8.8')).toEqual({ country, region, geoBuild: BUILD_DAY });
  });

  test('is never more than country and region, whatever the file knows', () => {
    const record = {
      city: { names: { en: 'Berlin' } },
      country: { iso_code: 'DE' },
      location: { latitude: 52, longitude: 13 },
      postal: { code: '10115' },
    };
    const reader = readerOf({ networks: { '8.8.8.0/24': record }, built: BUILT });
    expect(placeOf(reader, '8.8.8.8')).toEqual({ country: 'DE', region: '', geoBuild: BUILD_DAY });
  });
});

test('an IPv6 address has no place in a database of IPv4 alone', () => {
  const reader = readerOf({ networks: { '32.1.72.0/24': { country_code: 'US' } }, built: BUILT, ipVersion: 4 });
  expect(placeOf(reader, '32.1.72.96').country).toBe('US');
  expect(placeOf(reader, '2001:4860:4860::8888').country).toBe('');
});
