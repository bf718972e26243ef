import type { IncomingMessage } from 'node:http';

/** What Node's parser lets through and we don't. */
export type Laxity = 'malformed' | 'headers_too_large';

const HOST = /^[\w.:[\]-]*$/;

/**
 * What is wrong with a request that Node's parser takes. The parser itself refuses a Transfer-Encoding beside a Content-Length, folded
 * headers, bare line feeds, repeated or unusual Content-Lengths. What two servers could read in two ways, as when one of them
 * is a proxy, is closed here: any Transfer-Encoding but `chunked`, one in HTTP/1.0, no Host or more than one, versions of HTTP that
 * are none of ours. And the number of headers, which Node would cut off in silence.
 */
export const laxityOf = ({ httpVersion, rawHeaders }: IncomingMessage, maxHeaders: number): Laxity | undefined => {
  if (rawHeaders.length > maxHeaders * 2) return 'headers_too_large';
  if (httpVersion !== '1.1' && httpVersion !== '1.0') return 'malformed';
  let hosts = 0;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const value = rawHeaders[at + 1] ?? '';
    switch (rawHeaders[at]?.toLowerCase()) {
      case 'transfer-encoding':
        if (httpVersion === '1.0' || value.toLowerCase() !== 'chunked') return 'malformed';
        break;
      case 'host':
        hosts += 1;
        if (hosts > 1 || !HOST.test(value)) return 'malformed';
        break;
    }
  }
  return hosts === 0 && httpVersion === '1.1' ? 'malformed' : undefined;
};
