import { isUtf8 } from 'node:buffer';
import { setImmediate as turn } from 'node:timers/promises';
import { splitArray } from './split-array.ts';
import { trimmed } from './trimmed.ts';

/** Documents of one batch, at most: so many outcomes still make a small answer (100 KB). */
export const MAX_DOCUMENTS = 1_000;

/** Bytes that are looked at before other requests get their turn: some milliseconds. */
const TURN_BYTES = 1024 * 1024;

const NEWLINE = 0x0a;
const BYTE_ORDER_MARK = Buffer.from('\uFEFF');

const splitLines = (text: Buffer, most: number): readonly Buffer[] => {
  const lines: Buffer[] = [];
  for (let start = 0; start < text.length && lines.length <= most; ) {
    const found = text.indexOf(NEWLINE, start);
    const end = found < 0 ? text.length : found;
    const line = trimmed(text.subarray(start, end));
    if (line.length > 0) lines.push(line);
    start = end + 1;
  }
  return lines;
};

/** Why a document of a batch is not taken; the names are those of dead letters where there is one. */
export type DocumentFault = 'not_utf8' | 'not_json' | 'too_large';

/** A document of a batch, byte for byte, and why it can't be taken. */
export interface SplitDocument {
  readonly bytes: Buffer;
  readonly fault: DocumentFault | undefined;
}

/** What its fields say is nobody's business here. */
const faultOf = (document: Buffer, maxBytes: number): DocumentFault | undefined => {
  if (document.length > maxBytes) return 'too_large';
  if (!isUtf8(document)) return 'not_utf8';
  try {
    JSON.parse(document.toString());
    return undefined;
  } catch {
    return 'not_json';
  }
};

/**
 * Splits a batch into its documents, each at most `maxBytes` long. A fault of one line is its own; an array with one can't be
 * read at all.
 */
export const splitBatch = async (
  batch: Buffer,
  form: 'array' | 'lines',
  maxBytes: number,
): Promise<readonly SplitDocument[] | 'malformed-batch' | 'too-many-documents'> => {
  const hasMark = batch.subarray(0, BYTE_ORDER_MARK.length).equals(BYTE_ORDER_MARK);
  const text = trimmed(hasMark ? batch.subarray(BYTE_ORDER_MARK.length) : batch);
  const parts = form === 'array' ? await splitArray(text, MAX_DOCUMENTS, TURN_BYTES) : splitLines(text, MAX_DOCUMENTS);
  if (parts === undefined) return 'malformed-batch';
  if (parts.length > MAX_DOCUMENTS) return 'too-many-documents';
  const documents: SplitDocument[] = [];
  let sinceTurnBytes = 0;
  for (const bytes of parts) {
    const fault = faultOf(bytes, maxBytes);
    if (fault === 'not_json' && form === 'array') return 'malformed-batch';
    documents.push({ bytes, fault });
    sinceTurnBytes += bytes.length;
    if (sinceTurnBytes > TURN_BYTES) {
      sinceTurnBytes = 0;
      await turn();
    }
  }
  return documents;
};
