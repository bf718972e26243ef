import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { parseAnswer, type RawAnswer } from '../http-bytes.ts';
import type { ReleasedClient, Vary } from './released.ts';

/** Longest wait for an answer: what the most patient client has. */
const ANSWER_TIMEOUT_MS = 30_000;

/** UUIDs, SonarQube's server ids and CloudQuery's run ids. */
const IDS = /[0-9A-Fa-f]{8}-[\w-]{20,27}|[0-9a-f]{32}/g;

/** Digits at the end of an id that are made anew. */
const NEW_DIGITS = 6;

/** Values that no report has had before; those that are the same in a report stay so. */
export const freshIds = (): Vary => {
  const digits = `${randomInt(10 ** (NEW_DIGITS - 1), 10 ** NEW_DIGITS)}`;
  return (text) => text.replace(IDS, (id) => `${id.slice(0, -NEW_DIGITS)}${digits}`);
};

const answerOn = async (socket: Socket): Promise<RawAnswer> => {
  let received = '';
  for await (const bytes of socket.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    received += bytes.toString('latin1');
    const parsed = parseAnswer(received);
    if (parsed !== undefined) return parsed.answer;
  }
  throw new Error(`the connection ended after: ${received}`);
};

/** Sends bytes over a connection of their own to the edge at `url` and gives the answer; then sends a frame, if there is one. */
export const send = async (url: string, bytes: Buffer, frame?: Buffer): Promise<RawAnswer> => {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname).setTimeout(ANSWER_TIMEOUT_MS, () => socket.destroy());
  try {
    socket.write(bytes);
    const answer = await answerOn(socket);
    // A console that goes away: what it has sent is taken all the same.
    if (frame !== undefined) await once(socket.resume().end(frame), 'close');
    return answer;
  } finally {
    socket.destroy();
  }
};

/** Reports once as a released client does. */
export const sendAs = async (client: ReleasedClient, url: string): Promise<RawAnswer> => {
  const vary = freshIds();
  return send(url, client.bytes(vary), client.frame?.(vary));
};
