import type { IncomingMessage, ServerResponse } from 'node:http';
import { messageOf } from '../../runtime/errors.ts';
import type { Logger } from '../../runtime/logger.ts';
import { refuse, sendJson } from '../answers.ts';
import { RECEIPTS_PATH } from '../routes.ts';
import type { FindReport } from './find-report.ts';
import { parseReceipt } from './receipt.ts';

/** Receipts looked up at once, at most: reports come first, and whoever asks can ask again. */
const MAX_LOOKUPS = 8;

/** Creates the answer to who asks what has become of a report; `find` is undefined when the edge has no access to the tables. */
export const createShowReceipt = (find: FindReport | undefined, logger: Logger) => {
  let lookups = 0;
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (find === undefined) return refuse(response, 'no-receipts');
    const [path = ''] = (request.url ?? '').split('?', 1);
    const shown = path.slice(RECEIPTS_PATH.length);
    const receipt = parseReceipt(shown);
    if (receipt === undefined) return refuse(response, 'unknown-receipt');
    if (lookups >= MAX_LOOKUPS) return refuse(response, 'receipts-busy');
    lookups += 1;
    try {
      const state = await find(receipt);
      if (state === undefined) return refuse(response, 'unknown-receipt');
      sendJson(response, `${JSON.stringify({ receipt: shown, ...state })}\n`, 'no-store');
    } catch (error) {
      logger.warn({ error: messageOf(error) }, 'a receipt could not be looked up');
      refuse(response, 'receipts-busy');
    } finally {
      lookups -= 1;
    }
  };
};
