import { once } from 'node:events';
import { onTestFinished } from 'vitest';
import { openConnection, type RawConnection } from './raw-http.ts';
import type { TestEdge } from './test-edge.ts';
import { handshake } from './web-socket-bytes.ts';

/** An open WebSocket whose every byte a test decides. */
export interface RawWebSocket extends RawConnection {
  /** Opcodes of the frames that the server has sent. */
  received(): readonly number[];
}

/** Opens a WebSocket as a browser does. */
export const openWebSocket = async (
  { port }: TestEdge,
  path: string,
  origin = 'http://localhost:9695',
): Promise<RawWebSocket> => {
  const connection = await openConnection(port);
  const opcodes: number[] = [];
  connection.send(handshake(path, origin));
  const answer = await connection.answer();
  if (answer.status !== 101) throw new Error(`no WebSocket: ${answer.status}`);
  // The edge's own frames are short and unmasked: opcode, length, payload.
  connection.socket.on('data', (bytes: Buffer) => {
    for (let at = 0; at < bytes.length; at += 2 + (bytes[at + 1] ?? 0)) opcodes.push((bytes[at] ?? 0) & 0x0f);
  });
  onTestFinished(() => void connection.socket.destroy());
  return { ...connection, received: () => opcodes };
};

/** Resolves when the other side has ended a connection. */
export const ended = async ({ socket }: RawConnection): Promise<void> => {
  if (!socket.readableEnded && !socket.destroyed) await once(socket, 'close');
};
