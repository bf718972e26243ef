import type { IncomingMessage, ServerResponse } from 'node:http';

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
  'unknown-path': {
    status: 404,
    title: 'There is no such door',
    detail: 'Post to the path of a product, or to /v1/reports/<product>.',
  },
  'wrong-method': { status: 405, title: 'This door takes other methods', detail: 'Use a method that Allow lists.' },
  'too-large': {
    status: 413,
    title: 'The body is too large',
    detail: 'Send less, compress it, or raise EDGE_MAX_BODY_BYTES.',
  },
  'unsupported-encoding': {
    status: 415,
    title: 'The content encoding is not supported',
    detail: 'Use one that Accept-Encoding lists, or none.',
    headers: { 'accept-encoding': ENCODINGS.join(', ') },
  },
  'too-many-requests': {
    status: 429,
    title: 'Too many requests from this address',
    detail: 'Wait for the time in Retry-After, or send many reports in one request.',
    headers: { 'retry-after': '30' },
  },
  busy: {
    status: 503,
    title: 'The report could not be made durable',
    detail: 'Send it again after the time in Retry-After.',
    headers: { 'retry-after': '5' },
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

/** Answers with problem details; a body that has not been read to its end closes the connection. */
export const refuse = (
  response: ServerResponse,
  name: ProblemName,
  headers: Readonly<Record<string, string>> = {},
): void => {
  const problem: Problem = PROBLEMS[name];
  const { status, title, detail } = problem;
  const body = JSON.stringify({ type: `urn:candor:problem:${name}`, title, status, detail });
  const unread = isSending(response.req);
  response.writeHead(status, {
    'content-type': 'application/problem+json',
    'content-length': Buffer.byteLength(body),
    ...problem.headers,
    ...headers,
    ...(unread && { connection: 'close' }),
  });
  if (unread) endLingering(response, body);
  else response.end(body);
};

/** Answers that the report is durable. Always 200 with a body: clients take 202 and 204 for failures. */
export const accept = (response: ServerResponse, eventId: string): void => {
  const body = `{"status":"accepted","event_id":"${eventId}"}\n`;
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length }).end(body);
};
