import type { StandaloneConfig } from './config.ts';
import type { Pipeline } from './pipeline.ts';
import { SAMPLES } from './samples.ts';

const curl = (url: string, product: string, document: object): string =>
  `  curl -d '${JSON.stringify(document)}' ${url}/v1/reports/${product}`;

/** What a person needs once the pipeline runs: where to post, lines to copy, where to ask. */
export const banner = ({ edgeUrl, adminUrl, analyst }: Pipeline, config: StandaloneConfig): string => `
Candor is running. Reports are kept in ${config.DATA_DIR}; Ctrl-C stops it.

Post a report to ${edgeUrl}, for example:
${Object.entries(SAMPLES)
  .map(([product, document]) => curl(edgeUrl, product, document))
  .join('\n')}

Ask with SQL: ${analyst.url}/play?user=${analyst.username} in a browser, or
  npm run query -- "SELECT product, kind, outcome, count() FROM outcomes GROUP BY ALL"
  curl '${analyst.url}/?user=${analyst.username}&database=candor' -d 'SELECT * FROM sonarqube_reports FORMAT Vertical'

Health and metrics: ${adminUrl}/healthz, /readyz, /metrics

`;
