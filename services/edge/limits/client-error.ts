import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';

/** Why a connection was cut; each is explained in docs/services/edge.md. */
export const CUT_REASONS = [
  'connections',
  'connections_per_address',
  'malformed',
  'headers_too_large',
  'timeout',
  'slow_body',
  'tls',
  'gone',
] as const;

/** One of {@link CUT_REASONS}. */
export type CutReason = (typeof CUT_REASONS)[number];

/** Codes of node:http for what is not a mistake in the syntax (https://nodejs.org/api/http.html#event-clienterror). */
const REASONS: Readonly<Record<string, CutReason>> = {
  HPE_HEADER_OVERFLOW: 'headers_too_large',
  ERR_HTTP_REQUEST_TIMEOUT: 'timeout',
  ECONNRESET: 'gone',
  EPIPE: 'gone',
  ECANCELED: 'gone',
  HPE_INVALID_EOF_STATE: 'gone',
};

/** Why the connection of a client error is cut. */
export const reasonOf = (error: Error): CutReason => {
  const { code = '' } = error as NodeJS.ErrnoException;
  return /^ERR_(?:SSL|TLS)_/.test(code) ? 'tls' : (REASONS[code] ?? 'malformed');
};

const STATUS: Readonly<Partial<Record<CutReason, number>>> = { malformed: 400, headers_too_large: 431, timeout: 408 };

/** Closes a connection; says why where there is something to say and `mayAnswer`: nothing else has been said. */
export const closeConnection = (socket: Duplex, reason: CutReason, mayAnswer: boolean): void => {
  const status = STATUS[reason];
  if (status === undefined || !mayAnswer || !socket.writable) {
    socket.destroy();
    return;
  }
  const head = `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`;
  socket.end(head, () => socket.destroy());
};
