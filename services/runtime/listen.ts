import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { StartError } from './errors.ts';

/** Where to listen, and the environment variable that says so. */
export interface ListenAddress {
  readonly host: string;
  readonly port: number;
  readonly variable: string;
}

/**
 * Makes `server` listen.
 *
 * @throws StartError that names the variable to set when the port is taken or the address is not ours.
 */
export const listen = (server: Server, { host, port, variable }: ListenAddress): Promise<void> =>
  new Promise((resolve, reject) => {
    const fail = (error: NodeJS.ErrnoException): void => {
      const why = error.code === 'EADDRINUSE' ? 'is in use' : `can't be listened on (${error.code})`;
      reject(new StartError(`${host}:${port} ${why}: set ${variable} to another port`, { cause: error }));
    };
    server.once('error', fail);
    server.listen(port, host, () => {
      server.off('error', fail);
      resolve();
    });
  });

/** The port that a server listens on. */
export const portOf = (server: Server): number => (server.address() as AddressInfo).port;

/** Time between two looks for connections that have become idle while the server closes. */
const IDLE_CHECK_MS = 50;

/** Stops listening and waits for the requests under way; idle connections are closed, also those that become idle later. */
export const stopListening = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    const idleCheck = setInterval(() => server.closeIdleConnections(), IDLE_CHECK_MS);
    server.close(() => {
      clearInterval(idleCheck);
      resolve();
    });
  });
