import { once } from 'node:events';
import { onTestFinished } from 'vitest';
import { openConnection, type RawConnection } from './raw-http.ts';
import type { TestEdge } from './test-edge.ts';

/** A frame as a browser sends it: final, masked (RFC 6455, 5.2). */
export const frame = (opcode: number, payload: string | Buffer): Buffer => {
  const bytes = Buffer.from(payload);
  const mask = Buffer.from([0x37, 0xfa, 0x21, 0x3d]);
  const long = bytes.length > 125;
  const head = Buffer.from([0x80 | opcode, 0x80 | (long ? 126 : bytes.length)]);
  const length = Buffer.alloc(long ? 2 : 0);
  if (long) length.writeUInt16BE(bytes.length);
  const masked = bytes.map((byte, index) => byte ^ (mask[index % 4] ?? 0));
  return Buffer.concat([head, length, mask, masked]);
};

/** Opcodes of frames. */
export const OPCODES = { text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

/** An open WebSocket whose every byte a test decides. */
export interface RawWebSocket extends RawConnection {
  /** Opcodes of the frames that the server has sent. */
  received(): readonly number[];
}

/** What a browser sends to open a WebSocket for a page of `origin`. */
export const handshake = (path: string, origin: string): string =>
  [
    `GET ${path} HTTP/1.1`,
    'Host: telemetry.hasura.io',
    'Connection: Upgrade',
    'Pragma: no-cache',
    'Cache-Control: no-cache',
    'User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36',
    'Upgrade: websocket',
    `Origin: ${origin}`,
    'Sec-WebSocket-Version: 13',
    'Accept-Encoding: gzip, deflate, br, zstd',
    'Accept-Language: en-US,en;q=0.9',
    'Sec-WebSocket-Key: x3JJHMbDL1EzLkh9GBhXDw==',
    'Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits',
    '',
    '',
  ].join('\r\n');

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
