import type { IncomingMessage, ServerResponse } from 'node:http';
import { MIN_PROOF_CHARS } from '../../schemas/pipeline/erasure.ts';
import { MAX_DOCUMENTS } from './batch/split-batch.ts';
import type { DocumentOutcome } from './batch/take-batch.ts';
import { formatReceipt, type Receipt } from './receipts/receipt.ts';
import { BUSY, type Door } from './routes.ts';

/** Content encodings that the anonymizer can inflate. */
export const ENCODINGS = ['identity', 'gzip', 'deflate', 'br', 'zstd'] as const;

/** A refusal on one of the edge's doors: RFC 9457 problem details. */
export interface Problem {
  readonly status: number;
  readonly title: string;
  /** What to do next. */
  readonly detail: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Everything the edge answers but success, by the last part of the problem's type. */
export const PROBLEMS = {
  'empty-body': { status: 400, title: 'The body is empty', detail: 'Send the report as the body of the request.' },
  'malformed-batch': {
    status: 400,
    title: 'The batch can not be read',
    detail: 'Send a JSON array, or one document per line with the type application/x-ndjson.',
  },
  'unusable-id': {
    status: 400,
    title: 'The id is no proof',
    detail: `Give an id of at least ${MIN_PROOF_CHARS} characters, or the operator's token with it.`,
  },
  'wrong-token': {
    status: 403,
    title: 'This is not the token of the operator',
    detail: 'Give the token of EDGE_OPERATOR_TOKEN, or the id of your own installation and no token.',
  },
  'unknown-path': {
    status: 404,
    title: 'There is no such door',
    detail: 'Post to the path of a product, or to /v1/reports/<product>.',
  },
  'unknown-receipt': {
    status: 404,
    title: 'Nothing is known of this receipt',
    detail: 'Give the value of Candor-Receipt as it came with the answer.',
  },
  'wrong-method': { status: 405, title: 'This door takes other methods', detail: 'Use a method that Allow lists.' },
  'too-large': {
    status: 413,
    title: 'The body is too large',
    detail: 'Send less, compress it, or raise EDGE_MAX_BODY_BYTES.',
  },
  'inflated-too-large': {
    status: 413,
    title: 'The batch is too large once it is inflated',
    detail: 'Send it in parts, or raise EDGE_MAX_INFLATED_BYTES.',
  },
  'too-many-documents': {
    status: 413,
    title: 'The batch has too many documents',
    detail: `Send at most ${MAX_DOCUMENTS} documents at once.`,
  },
  'unsupported-encoding': {
    status: 415,
    title: 'The content encoding is not supported',
    detail: 'Use one that Accept-Encoding lists, or none.',
    headers: { 'accept-encoding': ENCODINGS.join(', ') },
  },
  'websocket-only': {
    status: 426,
    title: 'This door takes WebSockets only',
    detail: 'Open a WebSocket here, or post to another door.',
    headers: { upgrade: 'websocket' },
  },
  'too-many-requests': {
    status: 429,
    title: 'Too many requests from this address',
    detail: 'Wait for the time in Retry-After, or send many reports in one request.',
    headers: { 'retry-after': '30' },
  },
  'no-receipts': {
    status: 501,
    title: 'This edge can not look receipts up',
    detail: 'Give it access to the tables with CLICKHOUSE_URL.',
  },
  'no-echo': {
    status: 501,
    title: 'This door can not show what would be kept',
    detail: 'Nothing was stored. Send one report to a door for reports, with Candor-Echo.',
  },
  busy: {
    status: 503,
    title: 'The report could not be made durable',
    detail: 'Send it again later, after the time in Retry-After where there is one.',
  },
  'receipts-busy': {
    status: 503,
    title: 'The receipt can not be looked up now',
    detail: 'Ask again after the time in Retry-After.',
    headers: { 'retry-after': '5' },
  },
  'echo-busy': {
    status: 503,
    title: 'Another report is being shown',
    detail: 'Ask again after the time in Retry-After.',
    headers: { 'retry-after': '1' },
  },
} as const satisfies Readonly<Record<string, Problem>>;

/** The name of a refusal. */
export type ProblemName = keyof typeof PROBLEMS;

/** How long a client may go on sending a body that was refused: time to read the answer, and not to see a reset instead. */
const LINGER_MS = 2_000;

/** Whether the client is still sending a body. */
const isSending = ({ headers, complete }: IncomingMessage): boolean =>
  !complete && (headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0);

/** Sends the whole answer, but ends the connection only when the client has stopped sending, or the time is over. */
const endLingering = (response: ServerResponse, body: string): void => {
  response.write(body);
  const timer = setTimeout(() => response.end(), LINGER_MS).unref();
  response.once('close', () => clearTimeout(timer));
  response.req.once('end', () => response.end()).resume();
};

/** Kept by every answer with a body: it is what it says it is, whatever a browser may guess. */
const JSON_HEADERS = { 'content-type': 'application/json', 'x-content-type-options': 'nosniff' } as const;

/** Sends a whole answer; a body that has not been read to its end closes the connection. */
const send = (
  response: ServerResponse,
  status: number,
  headers: Readonly<Record<string, string>>,
  body: string,
): void => {
  const unread = isSending(response.req);
  response.writeHead(status, {
    ...JSON_HEADERS,
    'content-length': Buffer.byteLength(body),
    ...headers,
    ...(unread && { connection: 'close' }),
  });
  if (unread) endLingering(response, body);
  else response.end(body);
};

/** Answers with problem details, with the status of the problem unless another suits better. */
export const refuse = (
  response: ServerResponse,
  name: ProblemName,
  headers: Readonly<Record<string, string>> = {},
  status: number = PROBLEMS[name].status,
): void => {
  const { title, detail, ...problem }: Problem = PROBLEMS[name];
  const type = { 'content-type': 'application/problem+json' };
  const body = JSON.stringify({ type: `urn:candor:problem:${name}`, title, status, detail });
  send(response, status, { ...type, ...problem.headers, ...headers }, body);
};

/**
 * Turns a report away as its clients need it: see {@link Door}. Returns the status; 0 when the connection was cut without an answer.
 */
export const turnAway = (response: ServerResponse, door: Door, name: ProblemName): number => {
  if (name !== 'busy' && name !== 'too-many-requests') {
    if (door.whenInvalid === 'problem') refuse(response, name);
    else send(response, 200, {}, JSON.stringify({ status: 'rejected', reason: name }));
  } else if (door.whenBusy === 'cut') {
    response.destroy();
    return 0;
  } else if (name === 'too-many-requests' && door.whenBusy === BUSY) {
    refuse(response, name);
  } else {
    const { status, retryAfterSeconds } = door.whenBusy;
    refuse(response, name, retryAfterSeconds === undefined ? {} : { 'retry-after': `${retryAfterSeconds}` }, status);
  }
  return response.statusCode;
};

/** Answers that the report is durable. Always 200 with a body: clients take 202 and 204 for failures. */
export const accept = (response: ServerResponse, receipt: Receipt): void => {
  const text = formatReceipt(receipt);
  const body = `{"status":"accepted","event_id":"${receipt.eventId}","receipt":"${text}"}\n`;
  response.writeHead(200, { ...JSON_HEADERS, 'content-length': body.length, 'candor-receipt': text }).end(body);
};

/** Answers with what has become of each document of a batch. */
export const sendResults = (response: ServerResponse, results: readonly DocumentOutcome[]): void =>
  send(response, 200, {}, `${JSON.stringify({ results })}\n`);

/** What a page that shows a receipt or the description is allowed to do: nothing. */
const PAGE_HEADERS = {
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
} as const;

/** Answers with a document of the edge's own. */
export const sendJson = (response: ServerResponse, body: string, cacheControl: string): void =>
  send(response, 200, { ...PAGE_HEADERS, 'cache-control': cacheControl }, body);
