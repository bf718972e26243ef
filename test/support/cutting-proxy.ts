import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A proxy of TCP connections that can lose answers. */
export interface CuttingProxy {
  readonly address: string;
  /** From now on every connection is cut when the first byte of an answer comes, which is lost. */
  cutAnswers(isCutting: boolean): void;
  close(): Promise<void>;
}

/** Forwards connections to `target`, which is `host:port`. */
export const startCuttingProxy = async (target: string): Promise<CuttingProxy> => {
  const [host = '', port = ''] = target.split(':');
  const sockets = new Set<Socket>();
  let isCutting = false;
  const server = createServer((client) => {
    const upstream = connect(Number(port), host);
    for (const [one, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(one);
      one.on('error', () => other.destroy()).on('close', () => other.destroy());
      one.on('data', (bytes) => {
        if (isCutting && one === upstream) one.destroy();
        else other.write(bytes);
      });
    }
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    cutAnswers: (on) => {
      isCutting = on;
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((closed) => server.close(closed));
    },
  };
};
