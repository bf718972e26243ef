import { once } from 'node:events';
import { Agent, type IncomingMessage, type RequestOptions, request as requestInClear } from 'node:http';
import { request as requestOverTls, Agent as SecureAgent } from 'node:https';
import { connect as connectInClear } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { connect as connectOverTls } from 'node:tls';
import { WebSocket } from 'ws';
import { CONNECTION_CANARIES } from './canaries.ts';
import type { FramesShot, HttpShot, Shot } from './shots.ts';

/** Where shots go. */
export interface Target {
  readonly edgePort: number;
  readonly adminPort: number;
  /** Whether the edge speaks TLS, under a certificate that nobody knows. */
  readonly isSecure?: boolean;
}

/** What came back of all shots. */
export interface Answers {
  /** How many of each status; 0 where there was no answer. */
  readonly statuses: Map<number, number>;
  /** Everything that was answered, headers and bodies. */
  readonly written: Buffer[];
}

/** Shots under way at once. */
const LANES = 8;

/** Longest wait for the answer to a request, and to bytes that may never get one. */
const ANSWER_TIMEOUT_MS = 30_000;
const BROKEN_TIMEOUT_MS = 300;

/** Where a connection goes, and from where. */
interface Way {
  readonly port: number;
  readonly isSecure: boolean;
  readonly localAddress: string;
}

const answerOf = async (response: IncomingMessage): Promise<[number, Buffer]> => [
  response.statusCode ?? 0,
  Buffer.concat([Buffer.from(JSON.stringify(response.rawHeaders)), await buffer(response)]),
];

const post = (
  { port, isSecure }: Way,
  agent: Agent,
  { method, path, headers, body }: HttpShot,
): Promise<[number, Buffer]> =>
  new Promise((resolve, reject) => {
    const options: RequestOptions = { method, path, headers: { ...headers, 'content-length': body.length } };
    const to = { host: '127.0.0.1', port, agent, ...options };
    const request = (isSecure ? requestOverTls : requestInClear)(to, (response) => resolve(answerOf(response)));
    request.setTimeout(ANSWER_TIMEOUT_MS, () => request.destroy(new Error('no answer')));
    request.once('error', reject).end(body);
  });

const sendBytes = async ({ port, isSecure, localAddress }: Way, bytes: Buffer): Promise<Buffer> => {
  const answered: Buffer[] = [];
  const to = { host: '127.0.0.1', port, localAddress };
  const socket = isSecure ? connectOverTls({ ...to, rejectUnauthorized: false }) : connectInClear(to);
  socket.on('data', (chunk: Buffer) => answered.push(chunk)).on('error', () => undefined);
  socket.write(bytes);
  socket.setTimeout(BROKEN_TIMEOUT_MS, () => socket.destroy());
  await once(socket, 'close');
  return Buffer.concat(answered);
};

/** Frames are not answered; a connection that was closed in order has brought them all. */
const sendFrames = async (
  { port, isSecure, localAddress }: Way,
  { path, headers, frames }: FramesShot,
): Promise<[number, Buffer]> => {
  const url = `${isSecure ? 'wss' : 'ws'}://127.0.0.1:${port}${path}`;
  const socket = new WebSocket(url, { headers, localAddress, rejectUnauthorized: false });
  const [, refusal] = (await Promise.race([once(socket, 'open'), once(socket, 'unexpected-response')])) as [
    unknown?,
    IncomingMessage?,
  ];
  if (refusal !== undefined) return answerOf(refusal);
  for (const frame of frames) socket.send(frame, { binary: false });
  socket.close();
  await once(socket, 'close');
  return [101, Buffer.alloc(0)];
};

/** Fires all shots, some at once, from the address of the canary; gives back those that nobody answered. */
export const fire = async (target: Target, shots: readonly Shot[], answers: Answers): Promise<readonly Shot[]> => {
  const localAddress = CONNECTION_CANARIES.peer.text;
  const options = { keepAlive: true, maxSockets: LANES, localAddress };
  const [clear, secure] = [new Agent(options), new SecureAgent({ ...options, rejectUnauthorized: false })];
  const waiting = [...shots];
  const unanswered: Shot[] = [];
  const send = async (way: Way, how: Shot['send']): Promise<[number, Buffer]> => {
    if ('bytes' in how) return [0, await sendBytes(way, how.bytes)];
    if ('frames' in how) return sendFrames(way, how);
    return post(way, way.isSecure ? secure : clear, how);
  };
  const lane = async (): Promise<void> => {
    for (let shot = waiting.shift(); shot; shot = waiting.shift()) {
      const way = shot.isForAdmin
        ? { port: target.adminPort, isSecure: false, localAddress }
        : { port: target.edgePort, isSecure: target.isSecure ?? false, localAddress };
      try {
        const [status, written] = await send(way, shot.send);
        answers.statuses.set(status, (answers.statuses.get(status) ?? 0) + 1);
        answers.written.push(written);
      } catch {
        unanswered.push(shot);
      }
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  clear.destroy();
  secure.destroy();
  return unanswered;
};
