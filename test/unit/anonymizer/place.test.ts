import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openPlaces } from '../../../services/anonymizer/place.ts';
import { StartError } from '../../../services/runtime/errors.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

describe('the place of an address, from the bundled database', async () => {
  const locate = await openPlaces(undefined);

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
    ['a private network in IPv6', 'fd00::1', ''],
    ['nothing', '0.0.0.0', ''],
    ['a private network of a home', '192.168.1.1', ''],
    ["a private network of Docker's", '172.17.0.1', ''],
    ['documentation', '203.0.113.9', ''],
    ['documentation, again', '198.51.100.1', ''],
    ['documentation in IPv6', '2001:db8::1', ''],
  ])('of %s (%s) is "%s"', (_what, address, country) => {
    expect(locate(address).country).toBe(country);
  });

  test('names the day on which the database was built', () => {
    const { geoBuild } = locate('8.8.8.8');
    expect(Number.isInteger(geoBuild)).toBe(true);
    expect(geoBuild).toBeGreaterThan(Date.UTC(2024, 0) / 86_400_000);
    expect(locate('10.0.0.1').geoBuild).toBe(geoBuild);
  });
});

test('a file that can not be read stops the start and is named', async () => {
  const path = join(await temporaryFolder(), 'none.mmdb');
  await expect(openPlaces(path)).rejects.toThrow(StartError);
  await expect(openPlaces(path)).rejects.toThrow(path);
});
