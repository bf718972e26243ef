import type { ServerResponse } from 'node:http';
import type { DoorsOfPath } from './routes.ts';

/** How long a browser may remember what it may do, in seconds: a day, of which Chrome takes two hours. */
const PREFLIGHT_SECONDS = 86_400;

/** Whether pages may post to one of these doors. */
export const isFromBrowsers = (doors: DoorsOfPath): boolean => [...doors.values()].some((door) => door.fromBrowsers);

/**
 * Lets every origin see the answer: the consoles of a product run wherever their owners put them, and without cookies or
 * logins a page can do here no more than anybody can.
 */
export const allowOrigin = (response: ServerResponse): void => {
  response.setHeader('access-control-allow-origin', '*');
  response.setHeader('access-control-expose-headers', 'Candor-Receipt');
};

/** Answers a browser that asks whether a page may post. */
export const answerPreflight = (response: ServerResponse, doors: DoorsOfPath): void => {
  response
    .writeHead(204, {
      'access-control-allow-methods': [...doors.keys()].join(', '),
      'access-control-allow-headers': 'Content-Type, Content-Encoding',
      'access-control-max-age': `${PREFLIGHT_SECONDS}`,
    })
    .end();
};
