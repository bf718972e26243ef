import type { Logger } from '../runtime/logger.ts';
import type { Metrics } from '../runtime/metrics.ts';
import { accept, turnAway } from './answers.ts';
import type { InFlight } from './receive-body.ts';
import type { ReceiveReport, Serve } from './receive-report.ts';
import type { WriteReport } from './write-report.ts';

/** What the doors for reports work with. */
export interface TakeParts {
  readonly receive: ReceiveReport;
  readonly write: WriteReport;
  readonly inFlight: InFlight;
  readonly metrics: Metrics;
  readonly logger: Logger;
}

/** Creates the service of a door where each request is one report: its bytes are written as they came, unread. */
export const createTakeReport =
  ({ receive, write, inFlight, metrics, logger }: TakeParts): Serve =>
  async (request, response, door, client) => {
    const { product } = door;
    const report = await receive(request, door, client);
    if (report === undefined) return;
    if (typeof report === 'string') {
      metrics.answers.inc({ product, code: turnAway(response, door, report), problem: report });
      return;
    }
    try {
      accept(response, await write(report));
      metrics.answers.inc({ product, code: 200 });
      metrics.acceptedBytes.inc({ product }, report.body.length);
    } catch (error) {
      logger.error({ err: error, product }, 'a report could not be made durable');
      metrics.answers.inc({ product, code: turnAway(response, door, 'busy'), problem: 'busy' });
    } finally {
      inFlight.add(-report.body.length);
    }
  };
