import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { eventually } from './eventually.ts';
import { fetchJars } from './maven.ts';
import { freePorts } from './ports.ts';

const POM = fileURLToPath(new URL('zookeeper/pom.xml', import.meta.url));
const START_TIMEOUT_MS = 60_000;

/** A ZooKeeper of a test's own: where replicated tables of ClickHouse agree. */
export interface ZooKeeper {
  readonly port: number;
  close(): Promise<void>;
}

/** Whether the server answers its own question for health. */
const isOk = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write('ruok'));
    socket.once('data', (answer) => resolve(`${answer}` === 'imok')).once('error', () => resolve(false));
  });

/** Starts one server on a free port and an empty folder, as a plain Java process. */
export const startZooKeeper = async (): Promise<ZooKeeper> => {
  const home = await fetchJars('zookeeper-3.9.3', POM);
  const folder = await mkdtemp(join(tmpdir(), 'candor-zookeeper-'));
  const [port = 0] = await freePorts(1);
  const configuration = join(folder, 'zoo.cfg');
  const lines = ['tickTime=500', `dataDir=${join(folder, 'data')}`, `clientPort=${port}`, 'admin.enableServer=false'];
  await writeFile(configuration, [...lines, 'clientPortAddress=127.0.0.1', '4lw.commands.whitelist=ruok'].join('\n'));
  const main = 'org.apache.zookeeper.server.quorum.QuorumPeerMain';
  const java = spawn('java', ['-Xmx128m', '-cp', join(home, '*'), main, configuration], { stdio: 'ignore' });
  const kill = (): void => {
    java.kill('SIGKILL');
  };
  process.once('exit', kill);
  const close = async (): Promise<void> => {
    process.off('exit', kill);
    if (java.exitCode === null) {
      const exited = once(java, 'exit');
      kill();
      await exited;
    }
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    await eventually('ZooKeeper', START_TIMEOUT_MS, async () => {
      if (java.exitCode !== null) throw new Error('ZooKeeper does not start');
      return (await isOk(port)) || undefined;
    });
  } catch (error) {
    await close();
    throw error;
  }
  return { port, close };
};
