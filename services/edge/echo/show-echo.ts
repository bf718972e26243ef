import type { Metrics } from '../../runtime/metrics.ts';
import { refuse, sendJson } from '../answers.ts';
import type { Serve } from '../receive-report.ts';
import type { TakeParts } from '../take-report.ts';
import type { ReceivedReport } from '../write-report.ts';

/** Says what would be kept of a report, as a JSON object that does not hold the client's address; stores nothing. */
export type Echo = (report: ReceivedReport) => object;

/** What the door works with. */
export interface EchoParts extends Pick<TakeParts, 'receive' | 'inFlight'> {
  readonly metrics: Metrics;
  readonly echo: Echo;
}

/**
 * For each ms that an echo took, the ms until the next one: the stages run in the process that answers clients, and may have a tenth
 * of it.
 */
const REST_RATIO = 9;

/** Creates the answer to who asks what would be kept of a report. */
export const createShowEcho = ({ receive, inFlight, metrics, echo }: EchoParts): Serve => {
  let restsUntilMs = 0;
  return async (request, response, door, client) => {
    const report = await receive(request, door, client);
    if (report === undefined) return;
    if (typeof report === 'string') refuse(response, report);
    else {
      inFlight.add(-report.body.length);
      const startMs = performance.now();
      if (startMs < restsUntilMs) refuse(response, 'echo-busy');
      else {
        sendJson(response, `${JSON.stringify(echo(report), undefined, 2)}\n`, 'no-store');
        const endMs = performance.now();
        restsUntilMs = endMs + REST_RATIO * (endMs - startMs);
      }
    }
    metrics.answers.inc({ product: door.product, code: response.statusCode });
  };
};
