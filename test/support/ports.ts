import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';

const close = (server: Server): Promise<unknown> => new Promise((closed) => server.close(closed));

/** Ports that nobody listens on at the moment. */
export const freePorts = async (count: number): Promise<number[]> => {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map(close));
  return ports;
};

/** Ports that Linux gives to nobody's outgoing connections, which would take one of a row sooner or later. */
const QUIET_PORTS = { first: 20_000, count: 12_000 };

/** The first of some free ports that follow each other. */
export const freePortsInARow = async (count: number): Promise<number> => {
  const first = QUIET_PORTS.first + Math.floor(Math.random() * QUIET_PORTS.count);
  const servers = Array.from({ length: count }, (_, index) => createServer().listen(first + index, '127.0.0.1'));
  const listening = await Promise.allSettled(servers.map((server) => once(server, 'listening')));
  await Promise.all(servers.map(close));
  return listening.every(({ status }) => status === 'fulfilled') ? first : freePortsInARow(count);
};
