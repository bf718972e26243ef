/**
 * Node's codes of a connection that could not be made, broke, or stayed silent. Sources:
 * https://nodejs.org/api/errors.html#common-system-errors and https://nodejs.org/api/dns.html#error-codes (a name that is
 * not known yet belongs to a container that has not started yet).
 */
const NETWORK_CODES: ReadonlySet<string> = new Set([
  'EAI_AGAIN',
  'ECONNABORTED',
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTDOWN',
  'EHOSTUNREACH',
  'ENETDOWN',
  'ENETUNREACH',
  'ENOTFOUND',
  'EPIPE',
  'ETIMEDOUT',
]);

/** The code that Node or a library has put on an error; undefined when there is none. */
export const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;

/** Whether `code` says that the network, not the other side, is the trouble. */
export const isNetworkCode = (code: string | undefined): boolean => code !== undefined && NETWORK_CODES.has(code);
