import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { Redis } from 'ioredis';
import { Secret } from '../../services/runtime/secret.ts';
import { freePorts } from './ports.ts';
import { requirement } from './requirements.ts';

/** How compose has Redis keep what it has taken; see docker-compose.yml. */
export const PERSISTENCE: readonly string[] = ['--appendonly', 'yes', '--appendfsync', 'everysec', '--save', ''];

const hasRedis = spawnSync('redis-server', ['--version']).status === 0;

/** A `describe` for suites that need a Redis server of their own. */
export const describeWithRedis = requirement('redis-server', hasRedis, 'apt-get install redis-server');

/** A Redis server of a test's own, as a plain process. */
export class RedisServer {
  readonly url: Secret;
  readonly #arguments: readonly string[];
  /** Where its data is. */
  readonly folder: string;
  #process: ChildProcess | undefined;

  private constructor(port: number, folder: string, password: string, options: readonly string[]) {
    this.url = new Secret(`redis://:${encodeURIComponent(password)}@127.0.0.1:${port}`);
    this.folder = folder;
    const server = ['--port', `${port}`, '--bind', '127.0.0.1', '--dir', folder, '--requirepass', password];
    this.#arguments = [...server, ...options];
  }

  /** An empty server on a free port. */
  static async start(options = PERSISTENCE): Promise<RedisServer> {
    const [port = 0] = await freePorts(1);
    const server = new RedisServer(port, await mkdtemp(join(tmpdir(), 'candor-redis-')), 'pass word/1', options);
    await server.run();
    return server;
  }

  /** Starts the process again, with what it had when it was stopped. */
  async run(): Promise<void> {
    const started = spawn('redis-server', this.#arguments, { stdio: ['ignore', 'pipe', 'inherit'] });
    this.#process = started;
    const kill = (): void => {
      started.kill('SIGKILL');
    };
    process.once('exit', kill);
    started.once('exit', () => process.off('exit', kill));
    for await (const line of createInterface(started.stdout)) {
      if (line.includes('Ready to accept connections')) break;
    }
    // What it says later must not fill the pipe.
    started.stdout.resume();
    if (started.exitCode !== null) throw new Error('redis-server does not start');
  }

  /** Ends the process; after SIGTERM, what it had is on its disk. */
  async stop(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<void> {
    const running = this.#process;
    if (running === undefined) return;
    this.#process = undefined;
    const exited = once(running, 'exit');
    running.kill(signal);
    await exited;
  }

  /** Stops the process in the middle of whatever it does; its connections stay open and silent. */
  freeze(): void {
    this.#process?.kill('SIGSTOP');
  }

  thaw(): void {
    this.#process?.kill('SIGCONT');
  }

  /** Removes all entries. */
  async clear(): Promise<void> {
    await this.#asAdmin((admin) => admin.flushall());
  }

  /** Lets `ms` pass for every entry: Redis's clock can't be moved, but the ends can. */
  async pass(ms: number): Promise<void> {
    await this.#asAdmin(async (admin) => {
      for (const key of await admin.keys('*')) await admin.pexpireat(key, (await admin.pexpiretime(key)) - ms);
    });
  }

  /** The names of all entries. */
  keys(): Promise<string[]> {
    return this.#asAdmin((admin) => admin.keys('*'));
  }

  /** All entries with their values; afterwards all of them are on its disk, too. */
  dump(): Promise<readonly Buffer[]> {
    return this.#asAdmin(async (admin) => {
      await admin.save();
      const keys = await admin.keysBuffer('*');
      const values = await Promise.all(keys.map((key) => admin.getBuffer(key)));
      return keys.flatMap((key, index) => [key, values[index] ?? Buffer.alloc(0)]);
    });
  }

  async close(): Promise<void> {
    await this.stop();
    await rm(this.folder, { recursive: true, force: true });
  }

  async #asAdmin<T>(work: (admin: Redis) => Promise<T>): Promise<T> {
    const admin = new Redis(this.url.reveal());
    try {
      return await work(admin);
    } finally {
      admin.disconnect();
    }
  }
}
