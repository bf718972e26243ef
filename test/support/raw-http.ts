import { connect, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

/** An answer as it came over the wire. */
export interface RawAnswer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A connection whose every byte a test decides. */
export interface RawConnection {
  readonly socket: Socket;
  send(...parts: readonly (string | Buffer)[]): void;
  /** The next answer: up to its Content-Length. */
  answer(): Promise<RawAnswer>;
  /** Resolves when the other side has ended the connection. */
  readonly ended: Promise<void>;
}

/** The first whole answer in `text` and how long it is; undefined when there is none yet. */
const parseAnswer = (text: string): { readonly answer: RawAnswer; readonly length: number } | undefined => {
  const headEnd = text.indexOf('\r\n\r\n');
  if (headEnd < 0) return undefined;
  const [statusLine = '', ...lines] = text.slice(0, headEnd).split('\r\n');
  const headers = Object.fromEntries(
    lines.map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
    }),
  );
  const length = headEnd + 4 + Number(headers['content-length'] ?? 0);
  if (text.length < length) return undefined;
  const answer = { status: Number(statusLine.split(' ')[1]), headers, body: text.slice(headEnd + 4, length) };
  return { answer, length };
};

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

/** One chunk of a body in chunked transfer encoding; an empty one ends it. */
export const chunk = (text: string): string => `${text.length.toString(16)}\r\n${text}\r\n`;

/** The head of a request, from its lines. */
export const head = (...lines: readonly string[]): string => `${lines.join('\r\n')}\r\n\r\n`;

/** Sends one request and gives the answer. */
export const exchange = async (port: number, ...parts: readonly (string | Buffer)[]): Promise<RawAnswer> => {
  const connection = await openConnection(port);
  connection.send(...parts);
  return connection.answer();
};
