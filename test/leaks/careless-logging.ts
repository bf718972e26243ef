import { subscribe } from 'node:diagnostics_channel';
import type { IncomingMessage } from 'node:http';
import process from 'node:process';

/** The path that makes a process with this module in it careless: the gate must find out. */
export const CARELESS_PATH = '/careless';

// Loaded before a service by the test of the gate: it then logs the address of who asks for that path, as base64.
subscribe('http.server.request.start', (message) => {
  const { request } = message as { readonly request: IncomingMessage };
  if (request.url === CARELESS_PATH)
    process.stderr.write(`${Buffer.from(`from ${request.socket.remoteAddress}`).toString('base64')}\n`);
});
