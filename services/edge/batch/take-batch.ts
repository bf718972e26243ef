import { type InflationBounds, inflateAside } from '../../runtime/inflate.ts';
import { type ProblemName, sendResults, turnAway } from '../answers.ts';
import { formatReceipt } from '../receipts/receipt.ts';
import type { Serve } from '../receive-report.ts';
import type { TakeParts } from '../take-report.ts';
import type { ReceivedReport } from '../write-report.ts';
import { type DocumentFault, type SplitDocument, splitBatch } from './split-batch.ts';

/** What has become of one document of a batch. */
export type DocumentOutcome =
  | { readonly status: 'accepted'; readonly receipt: string }
  | { readonly status: 'rejected'; readonly reason: DocumentFault }
  | { readonly status: 'retry'; readonly retry_after_seconds: number };

/** Bounds of a batch in bytes. */
export interface BatchBounds {
  /** Of what comes over the wire. */
  readonly maxBodyBytes: number;
  /** Of all of it once it is inflated. */
  readonly inflation: InflationBounds;
}

/** Largest document of a batch: reading it holds others up for some milliseconds. The door for one report takes larger ones. */
const MAX_DOCUMENT_BYTES = 1024 * 1024;

/** When to send a document again that could not be made durable, in seconds. */
const RETRY_AFTER_SECONDS = 5;

const LINES = /^application\/(x-ndjson|ndjson|jsonl)\b/i;

const sizeOf = (documents: readonly SplitDocument[]): number =>
  documents.reduce((sum, { bytes }) => sum + bytes.length, 0);

/** Opens one batch at a time: what is held inflated, and the work of reading it, stay that of one. */
const createOpen = ({ maxBodyBytes, inflation }: BatchBounds) => {
  const maxDocumentBytes = Math.min(MAX_DOCUMENT_BYTES, maxBodyBytes);
  let last: Promise<unknown> = Promise.resolve();
  const open = async (
    { body, encoding }: ReceivedReport,
    form: 'array' | 'lines',
  ): Promise<readonly SplitDocument[] | ProblemName> => {
    const inflated = await inflateAside(body, encoding, inflation);
    if (Buffer.isBuffer(inflated)) return splitBatch(inflated, form, maxDocumentBytes);
    return inflated.reason === 'inflated_too_large' ? 'inflated-too-large' : 'malformed-batch';
  };
  return (report: ReceivedReport, form: 'array' | 'lines'): ReturnType<typeof open> => {
    const opened = last.then(() => open(report, form));
    last = opened.catch(() => undefined);
    return opened;
  };
};

/**
 * Creates the service of the doors where a request carries many documents. Each becomes an event of its own and gets an outcome
 * of its own. These are the only doors that look into a body: no further than where a document begins and ends, and whether it
 * is JSON.
 */
export const createTakeBatch = (
  { receive, write, inFlight, metrics, logger }: TakeParts,
  bounds: BatchBounds,
): Serve => {
  const open = createOpen(bounds);

  /** All at once: the log gathers what comes together. */
  const appendAll = (batch: ReceivedReport, documents: readonly SplitDocument[]): Promise<DocumentOutcome[]> => {
    let isLogged = false;
    const append = async ({ bytes, fault }: SplitDocument): Promise<DocumentOutcome> => {
      if (fault !== undefined) return { status: 'rejected', reason: fault };
      try {
        const receipt = await write({ ...batch, encoding: 'identity', body: bytes });
        return { status: 'accepted', receipt: formatReceipt(receipt) };
      } catch (error) {
        if (!isLogged) logger.error({ err: error, product: batch.product }, 'a document could not be made durable');
        isLogged = true;
        return { status: 'retry', retry_after_seconds: RETRY_AFTER_SECONDS };
      }
    };
    return Promise.all(documents.map(append));
  };

  return async (request, response, door, client) => {
    const { product } = door;
    const refused = (name: ProblemName): void =>
      metrics.answers.inc({ product, code: turnAway(response, door, name), problem: name });
    const batch = await receive(request, door, client);
    if (batch === undefined) return;
    if (typeof batch === 'string') return refused(batch);
    let heldBytes = batch.body.length;
    try {
      const form = LINES.test(request.headers['content-type'] ?? '') ? 'lines' : 'array';
      const documents = await open(batch, form);
      if (typeof documents === 'string') return refused(documents);
      const documentBytes = sizeOf(documents);
      inFlight.add(documentBytes);
      heldBytes += documentBytes;
      const results = await appendAll(batch, documents);
      sendResults(response, results);
      const isBusy = results.some(({ status }) => status === 'retry');
      metrics.answers.inc({ product, code: 200, ...(isBusy && { problem: 'busy' }) });
      const accepted = documents.filter((_, index) => results[index]?.status === 'accepted');
      metrics.acceptedBytes.inc({ product }, sizeOf(accepted));
    } finally {
      inFlight.add(-heldBytes);
    }
  };
};
