import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openPlaces, type PlaceConfig, type PlaceParts } from '../../../services/anonymizer/place-database.ts';
import { StartError } from '../../../services/runtime/errors.ts';
import { createMetrics } from '../../../services/runtime/metrics.ts';
import { eventually } from '../../support/eventually.ts';
import { collectLogLines } from '../../support/log-lines.ts';
import { placeFile, replaceFile } from '../../support/place-file.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const ADDRESS = '8.8.8.8';
const DAY_MS = 86_400_000;
const TIMEOUT_MS = 10_000;

/** A file that says that the address is in `country`, built the given days ago. */
const fileOf = (country: string, ageDays = 0): Buffer =>
  placeFile({
    networks: { '8.8.8.0/24': { country_code: country } },
    built: new Date(Math.floor(Date.now() / DAY_MS - ageDays) * DAY_MS).toISOString(),
  });

/** A database that looks at its file all the time. */
const openWatched = async (
  bytes: Buffer,
  GEO_MAX_AGE_DAYS?: PlaceConfig['GEO_MAX_AGE_DAYS'],
  more?: Partial<PlaceParts>,
) => {
  const path = join(await temporaryFolder(), 'places.mmdb');
  await writeFile(path, bytes);
  const { logger, lines } = collectLogLines();
  const metrics = createMetrics();
  const stop = new AbortController();
  onTestFinished(() => stop.abort());
  const parts = { metrics, logger, pollIntervalMs: 5, ...more };
  const { locate, ageDays } = await openPlaces({ GEO_DATABASE: path, GEO_MAX_AGE_DAYS }, parts, stop.signal);
  return { path, locate, ageDays, lines, metrics, country: () => locate(ADDRESS)?.country };
};

type Watched = Awaited<ReturnType<typeof openWatched>>;

const becomes = ({ country }: Watched, expected: string | undefined) =>
  eventually(`the country ${expected}`, TIMEOUT_MS, () => (country() === expected ? true : undefined));

const isLogged = ({ lines }: Watched, message: RegExp) =>
  eventually(`a line like ${message}`, TIMEOUT_MS, () => lines.find(({ msg }) => message.test(String(msg))));

describe('a file that can not be used stops the start and is named', () => {
  test.each<[string, Buffer | undefined, number | undefined, RegExp]>([
    ['because it is not there', undefined, undefined, /ENOENT/],
    ['because it is another file', Buffer.from('no database'), undefined, /can't be used/],
    ['because it is cut off', fileOf('DE').subarray(0, -50), undefined, /can't be used/],
    ['because it is compressed', Buffer.from([0x1f, 0x8b, 8, 0]), undefined, /gzip/],
    ['because it is too old', fileOf('DE', 31), 30, /it is 31 days old, and GEO_MAX_AGE_DAYS is 30/],
  ])('%s', async (_why, bytes, GEO_MAX_AGE_DAYS, message) => {
    const path = join(await temporaryFolder(), 'places.mmdb');
    if (bytes) await writeFile(path, bytes);
    const { logger } = collectLogLines();
    const opened = openPlaces(
      { GEO_DATABASE: path, GEO_MAX_AGE_DAYS },
      { metrics: createMetrics(), logger },
      AbortSignal.abort(),
    );
    await expect(opened).rejects.toThrow(StartError);
    await expect(opened).rejects.toThrow(message);
    await expect(opened).rejects.toThrow(path);
  });
});

describe('a new file', () => {
  test('is used without a restart when it takes the place of the old one', async () => {
    const watched = await openWatched(fileOf('DE', 2));
    expect(watched.country()).toBe('DE');
    await replaceFile(watched.path, fileOf('FR'));
    await becomes(watched, 'FR');
    expect(watched.locate(ADDRESS)?.geoBuild).toBe(Math.floor(Date.now() / DAY_MS));
  });

  test('is used when it is written over the old one', async () => {
    const watched = await openWatched(fileOf('DE', 2));
    await writeFile(watched.path, fileOf('FR'));
    await becomes(watched, 'FR');
  });

  test.each([
    ['damaged', fileOf('FR').subarray(0, -50)],
    ['too old', fileOf('FR', 50)],
    ['empty', Buffer.alloc(0)],
  ])('that is %s is logged once, and the old one stays until a good one comes', async (_what, bad) => {
    const watched = await openWatched(fileOf('DE'), 40);
    await replaceFile(watched.path, bad);
    await isLogged(watched, /is not used/);
    expect(watched.country()).toBe('DE');
    await replaceFile(watched.path, fileOf('IT'));
    await becomes(watched, 'IT');
    expect(watched.lines).toHaveLength(1);
  });

  test('that has gone leaves the old one in use', async () => {
    const watched = await openWatched(fileOf('DE'));
    await rm(watched.path);
    await isLogged(watched, /is not used/);
    expect(watched.country()).toBe('DE');
  });
});

describe('the age of the database', () => {
  test('is told, and a metric: when it was built', async () => {
    const { ageDays, metrics } = await openWatched(fileOf('DE', 3));
    expect(ageDays).toBe(3);
    const [built] = (await metrics.placeBuilt.get()).values;
    expect(built?.value).toBe((Math.floor(Date.now() / DAY_MS) - 3) * 86_400);
  });

  test('makes places unknown once it is too much, until a new file comes', async () => {
    let now = Date.now();
    const watched = await openWatched(fileOf('DE'), 40, { now: () => now });
    expect(watched.country()).toBe('DE');
    now += 41 * DAY_MS;
    await isLogged(watched, /has become too old/);
    expect(watched.locate(ADDRESS)).toBeUndefined();
    await replaceFile(watched.path, fileOf('FR', -2));
    await becomes(watched, 'FR');
    expect(watched.lines).toHaveLength(1);
  });
});

test('a look-up that fails is unknown and counted, and fails nothing', async () => {
  // The data section of this file ends within a record; the two addresses that prove a file lie elsewhere.
  const bytes = placeFile({ networks: { '9.9.9.0/24': { country_code: 'DE' } }, built: '2026-06-17T00:00:00Z' });
  const at = bytes.indexOf('country_code') - 1;
  bytes[at - 1] = 0x3f;
  const { locate, metrics } = await openWatched(bytes);
  expect(locate('9.9.9.9')).toBeUndefined();
  expect(locate(ADDRESS)?.country).toBe('');
  expect((await metrics.placeFailures.get()).values[0]?.value).toBe(1);
});
