import { connect, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import { parseAnswer, type RawAnswer } from './http-bytes.ts';

/** A connection whose every byte a test decides. */
export interface RawConnection {
  readonly socket: Socket;
  send(...parts: readonly (string | Buffer)[]): void;
  /** The next answer: up to its Content-Length. */
  answer(): Promise<RawAnswer>;
  /** Resolves when the other side has ended the connection. */
  readonly ended: Promise<void>;
}

/** Connects to a port of this machine; closed when the test has finished. */
export const openConnection = async (port: number): Promise<RawConnection> => {
  const socket = connect(port, '127.0.0.1');
  onTestFinished(() => void socket.destroy());
  await new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject));
  let received = '';
  const ended = new Promise<void>((resolve) => {
    socket.once('end', resolve);
    socket.once('close', () => resolve());
  });
  // A reset shows as an answer that never comes whole.
  socket.on('error', () => undefined);
  socket.on('data', (bytes: Buffer) => {
    received += bytes.toString('latin1');
  });
  return {
    socket,
    ended,
    send: (...parts) => {
      for (const part of parts) socket.write(part);
    },
    answer: async () => {
      for (;;) {
        const parsed = parseAnswer(received);
        if (parsed !== undefined) {
          received = received.slice(parsed.length);
          return parsed.answer;
        }
        if (socket.readableEnded || socket.destroyed) throw new Error(`the connection ended after: ${received}`);
        await new Promise<void>((resolve) => {
          const done = (): void => {
            for (const event of ['data', 'end', 'close']) socket.off(event, done);
            resolve();
          };
          for (const event of ['data', 'end', 'close']) socket.on(event, done);
        });
      }
    },
  };
};

/** Sends one request and gives the answer. */
export const exchange = async (port: number, ...parts: readonly (string | Buffer)[]): Promise<RawAnswer> => {
  const connection = await openConnection(port);
  connection.send(...parts);
  return connection.answer();
};
