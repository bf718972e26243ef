import { stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { setInterval } from 'node:timers/promises';
import { open } from 'maxmind';
import { dayOf } from '../../schemas/pack/identity.ts';
import { messageOf, StartError } from '../runtime/errors.ts';
import type { Logger } from '../runtime/logger.ts';
import type { Metrics } from '../runtime/metrics.ts';
import type { AnonymizerConfig } from './anonymizer.ts';
import { buildDay, type Locate, type PlaceReader, type PlaceRecord, placeOf } from './place.ts';

/** Which place database, as the anonymizer is configured. */
export type PlaceConfig = Pick<AnonymizerConfig, 'GEO_DATABASE'> & Partial<Pick<AnonymizerConfig, 'GEO_MAX_AGE_DAYS'>>;

/** What a place database works with. */
export interface PlaceParts {
  readonly metrics: Metrics;
  readonly logger: Logger;
  /** How often the file is looked at, in ms. */
  readonly pollIntervalMs?: number;
  /** ms since 1970; tests hand in a clock of their own. */
  readonly now?: () => number;
}

/** Country database in the public domain (CC0): addresses by the registries' own statements. */
const BUNDLED = '@ip-location-db/geo-whois-asn-country-mmdb/geo-whois-asn-country.mmdb';

/** A new file is taken within a minute; looking at it costs one system call. */
const POLL_INTERVAL_MS = 60_000;

/** An address of every family that every database must be able to look up: a damaged file fails here and not later. */
const PROBES = ['8.8.8.8', '2001:4860:4860::8888'];

const load = async (file: string): Promise<PlaceReader> => {
  const reader = await open<PlaceRecord>(file);
  if (!Number.isInteger(buildDay(reader))) throw new Error('it does not say when it was built');
  for (const probe of PROBES) placeOf(reader, probe);
  return reader;
};

/** Changes with the file, whether it was replaced or written over. */
const versionOf = (file: string): Promise<string> =>
  stat(file).then(
    ({ ino, size, mtimeMs }) => `${ino}/${size}/${mtimeMs}`,
    () => 'missing',
  );

/** A place database in use. */
export interface Places {
  readonly locate: Locate;
  readonly file: string;
  /** Its age when it was opened, in days since it was built. */
  readonly ageDays: number;
}

/**
 * Opens the place database and takes a new file over when it changes, until `signal` aborts. A new file that is damaged or too
 * old is logged once, and the one before stays; a database that gets too old is not asked any more.
 *
 * @throws StartError when the file can't be read, or is too old.
 */
export const openPlaces = async (config: PlaceConfig, parts: PlaceParts, signal: AbortSignal): Promise<Places> => {
  const { metrics, logger, pollIntervalMs = POLL_INTERVAL_MS, now = Date.now } = parts;
  const maxAgeDays = config.GEO_MAX_AGE_DAYS ?? Number.POSITIVE_INFINITY;
  const file = config.GEO_DATABASE ?? createRequire(import.meta.url).resolve(BUNDLED);

  const ageDays = (reader: PlaceReader): number => dayOf(now()) - buildDay(reader);
  const loadFresh = async (): Promise<PlaceReader> => {
    const reader = await load(file);
    const age = ageDays(reader);
    if (age > maxAgeDays) throw new Error(`it is ${age} days old, and GEO_MAX_AGE_DAYS is ${maxAgeDays}`);
    return reader;
  };

  let version = await versionOf(file);
  let current = await loadFresh().catch((error: unknown) => {
    throw new StartError(`the place database ${file} can't be used: ${messageOf(error)}`);
  });
  let isTooOld = false;
  const use = (reader: PlaceReader): void => {
    current = reader;
    isTooOld = false;
    metrics.placeBuilt.set(reader.metadata.buildEpoch.getTime() / 1_000);
  };
  use(current);

  const look = async (): Promise<void> => {
    const found = await versionOf(file);
    if (found !== version) {
      version = found;
      await loadFresh().then(
        (reader) => {
          use(reader);
          logger.info({ file, ageDays: ageDays(reader) }, 'a new place database is used');
        },
        (error: unknown) =>
          logger.error({ file, error: messageOf(error) }, 'the new place database is not used, the one before stays'),
      );
    }
    if (!isTooOld && ageDays(current) > maxAgeDays) {
      isTooOld = true;
      logger.error({ file, maxAgeDays }, 'the place database has become too old: places are unknown from now on');
    }
  };
  const watch = async (): Promise<void> => {
    const ticks = setInterval(pollIntervalMs, undefined, { ref: false, signal });
    for await (const _ of ticks) await look();
  };
  watch().catch((error: unknown) => {
    if (!signal.aborted) throw error;
  });

  const locate: Locate = (address) => {
    if (isTooOld) return undefined;
    try {
      return placeOf(current, address);
    } catch {
      metrics.placeFailures.inc();
      return undefined;
    }
  };
  return { locate, file, ageDays: ageDays(current) };
};
