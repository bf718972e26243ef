import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** What a proxy does to connections: nothing, or one way in which a network fails. */
export type NetworkFault =
  | 'none'
  /** Every connection is cut when the first byte of an answer comes, which is lost: the work was done, nobody was told. */
  | 'answers lost'
  /** Every connection is reset as soon as the end of a chunked HTTP body has passed: the work may be done or not. */
  | 'reset after the body'
  /** Every answer comes {@link SLOW_MS} late. */
  | 'slow answers';

/** A proxy of TCP connections that can fail. */
export interface FaultyProxy {
  /** `host:port`. */
  readonly address: string;
  /** How connections fail from now on, those that are open included. */
  fail(fault: NetworkFault): void;
  /** Resolves when the end of the next chunked body has passed whose request has `text` in its head. */
  bodyPassed(text: string): Promise<void>;
  /** How many connections or answers have met the fault so far. */
  hits(): number;
  close(): Promise<void>;
}

/** Longer than any answer takes on a busy machine, and far from any timeout. */
const SLOW_MS = 2_000;

/** The last chunk of an HTTP body in chunked transfer encoding. */
const LAST_CHUNK = Buffer.from('0\r\n\r\n');

/** Forwards connections to `target`, which is `host:port`. */
export const startFaultyProxy = async (target: string): Promise<FaultyProxy> => {
  const [host = '', port = ''] = target.split(':');
  const sockets = new Set<Socket>();
  let fault: NetworkFault = 'none';
  let hits = 0;
  let awaited: { readonly text: string; readonly passed: () => void } | undefined;
  const server = createServer((client) => {
    const upstream = connect(Number(port), host);
    let isAwaited = false;
    const forwardRequest = (bytes: Buffer): void => {
      upstream.write(bytes);
      isAwaited ||= awaited !== undefined && bytes.includes(awaited.text);
      if (!bytes.subarray(-LAST_CHUNK.length).equals(LAST_CHUNK)) return;
      if (isAwaited) awaited?.passed();
      isAwaited = false;
      if (fault !== 'reset after the body') return;
      hits += 1;
      client.resetAndDestroy();
    };
    // Answers stay in order also when the fault ends between two of them.
    let forwarded = Promise.resolve();
    const forwardAnswer = (bytes: Buffer): void => {
      if (fault !== 'none') hits += 1;
      if (fault === 'answers lost') client.destroy();
      const delayMs = fault === 'slow answers' ? SLOW_MS : 0;
      forwarded = forwarded
        .then(() => (delayMs > 0 ? sleep(delayMs) : undefined))
        .then(() => {
          if (client.writable) client.write(bytes);
        });
    };
    for (const [one, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(one);
      one
        .on('error', () => other.destroy())
        .on('close', () => {
          sockets.delete(one);
          other.destroy();
        });
    }
    client.on('data', forwardRequest);
    upstream.on('data', forwardAnswer);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    fail: (next) => {
      fault = next;
      hits = 0;
    },
    bodyPassed: (text) =>
      new Promise((resolve) => {
        const passed = (): void => {
          awaited = undefined;
          resolve();
        };
        awaited = { text, passed };
      }),
    hits: () => hits,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((closed) => server.close(closed));
    },
  };
};
