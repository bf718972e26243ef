import { connect, type Socket } from 'node:net';

// Opens connections to an edge, makes one request on each and holds them until its standard input is closed; prints `open` when
// all have been answered, and in the end how many were still open. Runs as a process of its own. Arguments: port, count.
const [port, count] = process.argv.slice(2).map(Number);

/** Connections that are being opened at once. */
const AT_ONCE = 100;

let open = 0;
const hold = (index: number): Promise<Socket> =>
  new Promise((resolve, reject) => {
    const localAddress = `127.2.${Math.floor(index / 200) % 250}.${1 + (index % 200)}`;
    const socket = connect({ port: port ?? 0, host: '127.0.0.1', localAddress });
    socket.once('connect', () => {
      open += 1;
      socket.write('GET /idle HTTP/1.1\r\nHost: fuzz\r\n\r\n');
    });
    socket.once('data', () => resolve(socket));
    socket.once('close', () => {
      open -= 1;
    });
    socket.once('error', reject);
  });

const sockets: Socket[] = [];
for (let from = 0; from < (count ?? 0); from += AT_ONCE) {
  const indexes = Array.from({ length: Math.min(AT_ONCE, (count ?? 0) - from) }, (_, offset) => from + offset);
  sockets.push(...(await Promise.all(indexes.map(hold))));
}
process.stdout.write('open\n');
process.stdin.resume().once('end', () => {
  process.stdout.write(`${open}\n`);
  process.exit(0);
});
