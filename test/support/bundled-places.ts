import type { Locate } from '../../services/anonymizer/place.ts';
import { openPlaces } from '../../services/anonymizer/place-database.ts';
import { createLogger } from '../../services/runtime/logger.ts';
import { createMetrics } from '../../services/runtime/metrics.ts';

/** The bundled place database, not watched. */
export const openBundledPlaces = async (): Promise<Locate> => {
  const { locate } = await openPlaces(
    { GEO_DATABASE: undefined, GEO_MAX_AGE_DAYS: undefined },
    { metrics: createMetrics(), logger: createLogger('silent') },
    AbortSignal.abort(),
  );
  return locate;
};
