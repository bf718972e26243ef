import type { StandaloneConfig } from './config.ts';
import type { Pipeline } from './pipeline.ts';
import { SAMPLES } from './samples.ts';

const curl = (url: string, product: string, document: object): string =>
  `  curl -d '${JSON.stringify(document)}' ${url}/v1/reports/${product}`;

/** From when on a place database is old, in days: as the alert PlaceDatabaseOld has it. */
const OLD_PLACES_DAYS = 30;

const noteOnPlaces = (ageDays: number): string =>
  ageDays > OLD_PLACES_DAYS
    ? `
Countries are those of ${ageDays} days ago, when the place database was built. One command gets a newer one:
  docs/operations/runbook.md#placedatabaseold
`
    : '';

/** What a person needs once the pipeline runs: where to post, lines to copy, where to ask. */
export const banner = ({ edgeUrl, adminUrl, analyst, placesAgeDays }: Pipeline, config: StandaloneConfig): string => `
Candor is running. Reports are kept in ${config.DATA_DIR}; Ctrl-C stops it.

Post a report to ${edgeUrl}, for example:
${Object.entries(SAMPLES)
  .map(([product, document]) => curl(edgeUrl, product, document))
  .join('\n')}

Ask with SQL: ${analyst.url}/play?user=${analyst.username} in a browser, or
  npm run query -- "SELECT product, kind, outcome, count() FROM outcomes GROUP BY ALL"
  curl '${analyst.url}/?user=${analyst.username}&database=candor' -d 'SELECT * FROM sonarqube_reports FORMAT Vertical'

Health and metrics: ${adminUrl}/healthz, /readyz, /metrics
${noteOnPlaces(placesAgeDays)}
`;
