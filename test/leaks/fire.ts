import { once } from 'node:events';
import { Agent, request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { WebSocket } from 'ws';
import { CONNECTION_CANARIES } from './canaries.ts';
import type { FramesShot, HttpShot, Shot } from './shots.ts';

/** Where shots go. */
export interface Target {
  readonly edgePort: number;
  readonly adminPort: number;
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

const post = (port: number, agent: Agent, { method, path, headers, body }: HttpShot): Promise<[number, Buffer]> =>
  new Promise((resolve, reject) => {
    const options = { agent, method, path, headers: { ...headers, 'content-length': body.length } };
    const request = httpRequest({ host: '127.0.0.1', port, ...options }, (response) => {
      const chunks: Buffer[] = [Buffer.from(JSON.stringify(response.rawHeaders))];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.once('end', () => resolve([response.statusCode ?? 0, Buffer.concat(chunks)]));
      response.once('error', reject);
    });
    request.setTimeout(ANSWER_TIMEOUT_MS, () => request.destroy(new Error('no answer')));
    request.once('error', reject).end(body);
  });

const sendBytes = async (port: number, localAddress: string, bytes: Buffer): Promise<Buffer> => {
  const answered: Buffer[] = [];
  const socket = connect({ host: '127.0.0.1', port, localAddress });
  socket.on('data', (chunk: Buffer) => answered.push(chunk)).on('error', () => undefined);
  socket.write(bytes);
  socket.setTimeout(BROKEN_TIMEOUT_MS, () => socket.destroy());
  await once(socket, 'close');
  return Buffer.concat(answered);
};

/** Frames are not answered; a connection that was closed in order has brought them all. */
const sendFrames = async (
  port: number,
  localAddress: string,
  { path, headers, frames }: FramesShot,
): Promise<Buffer> => {
  const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, { headers, localAddress });
  await once(socket, 'open');
  for (const frame of frames) socket.send(frame, { binary: false });
  socket.close();
  await once(socket, 'close');
  return Buffer.alloc(0);
};

/** Fires all shots, some at once, from the address of the canary; gives back those that nobody answered. */
export const fire = async (target: Target, shots: readonly Shot[], answers: Answers): Promise<readonly Shot[]> => {
  const localAddress = CONNECTION_CANARIES.peer.text;
  const agent = new Agent({ keepAlive: true, maxSockets: LANES, localAddress });
  const waiting = [...shots];
  const unanswered: Shot[] = [];
  const send = async (port: number, how: Shot['send']): Promise<[number, Buffer]> => {
    if ('bytes' in how) return [0, await sendBytes(port, localAddress, how.bytes)];
    if ('frames' in how) return [101, await sendFrames(port, localAddress, how)];
    return post(port, agent, how);
  };
  const lane = async (): Promise<void> => {
    for (let shot = waiting.shift(); shot; shot = waiting.shift()) {
      const port = shot.isForAdmin ? target.adminPort : target.edgePort;
      try {
        const [status, written] = await send(port, shot.send);
        answers.statuses.set(status, (answers.statuses.get(status) ?? 0) + 1);
        answers.written.push(written);
      } catch {
        unanswered.push(shot);
      }
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  agent.destroy();
  return unanswered;
};
