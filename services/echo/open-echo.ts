import type { z } from 'zod';
import type { ProductCatalog } from '../../schemas/pack/catalog.ts';
import { documentBounds, documentEnvironment, placeEnvironment } from '../anonymizer/config.ts';
import { openPlaces } from '../anonymizer/place-database.ts';
import type { Echo } from '../edge/echo/show-echo.ts';
import type { Logger } from '../runtime/logger.ts';
import type { Metrics } from '../runtime/metrics.ts';
import { createEcho } from './echo.ts';

/** The environment of an echo beside no anonymizer: that of the anonymizer, as far as an answer depends on it. */
export const echoEnvironment = { ...documentEnvironment, ...placeEnvironment };

/** What an echo beside no anonymizer works with. */
export interface EchoParts {
  readonly catalog: ProductCatalog;
  readonly metrics: Metrics;
  readonly logger: Logger;
}

/**
 * Opens an echo with a place database of its own, which follows its file until `signal` aborts.
 *
 * @throws StartError when the place database can't be read.
 */
export const openEcho = async (
  config: z.output<z.ZodObject<typeof echoEnvironment>>,
  { catalog, ...parts }: EchoParts,
  signal: AbortSignal,
): Promise<Echo> => {
  const { locate } = await openPlaces({ GEO_DATABASE: config.GEO_DATABASE }, parts, signal);
  return createEcho(catalog, locate, documentBounds(config));
};
