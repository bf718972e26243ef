import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { type FileHandle, open, stat, truncate } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { StartError } from '../../../services/runtime/errors.ts';
import type { Logger } from '../../../services/runtime/logger.ts';
import { type EmbeddedServerOptions, writeConfiguration } from './configuration.ts';

/** A supervised ClickHouse server. */
export interface EmbeddedServer {
  readonly url: string;
  /** Ends the server and waits until it has. */
  close(): Promise<void>;
}

const SERVER_PROCESS = fileURLToPath(new URL('server-process.ts', import.meta.url));

/** A first start takes about a second; a machine that is short of memory may take many. */
const START_TIMEOUT_MS = 60_000;
const PING_INTERVAL_MS = 50;

/** Waits between restarts: doubled each time, from the first to the longest. */
const FIRST_RESTART_WAIT_MS = 200;
const LONGEST_RESTART_WAIT_MS = 10_000;

/** Bound of the server's log at a start. It logs warnings only, so that one run adds little. */
const MAX_LOG_BYTES = 10 * 1024 * 1024;

const LIBRARY = '@chdb/lib-linux-x64-gnu/libchdb.so';

const requireLibrary = (): void => {
  try {
    createRequire(import.meta.url).resolve(LIBRARY);
  } catch (error) {
    throw new StartError(
      `there is no embedded ClickHouse for ${process.platform} ${process.arch}: set CLICKHOUSE_URL to a server of yours`,
      { cause: error },
    );
  }
};

/** @throws StartError when something listens on the port already. */
const requireFree = async (port: number, variable: string): Promise<void> => {
  const socket = connect(port, '127.0.0.1');
  const taken = await Promise.race([
    once(socket, 'connect').then(() => true),
    once(socket, 'error').then(() => false),
  ]).catch(() => false);
  socket.destroy();
  if (taken) throw new StartError(`127.0.0.1:${port} is in use: set ${variable} to another port`);
};

/** Opens the server's log to append to it; one that has grown past its bound starts anew. */
const openLog = async (path: string): Promise<FileHandle> => {
  const { size } = await stat(path).catch(() => ({ size: 0 }));
  if (size > MAX_LOG_BYTES) await truncate(path);
  return open(path, 'a');
};

const answers = async (url: string): Promise<boolean> => {
  try {
    return (await fetch(`${url}/ping`)).ok;
  } catch {
    return false;
  }
};

/**
 * Starts ClickHouse as a child process and restarts it whenever it ends; what it prints goes to `clickhouse.log` in its folder.
 * Resolves when it answers.
 *
 * @throws StartError when there is no library for this platform, a port is taken, or it does not answer in time.
 */
export const startEmbeddedServer = async (options: EmbeddedServerOptions, logger: Logger): Promise<EmbeddedServer> => {
  requireLibrary();
  await requireFree(options.httpPort, 'CLICKHOUSE_HTTP_PORT');
  await requireFree(options.tcpPort, 'CLICKHOUSE_TCP_PORT');
  const args = await writeConfiguration(options);
  const logPath = join(options.path, 'clickhouse.log');
  const logFile = await openLog(logPath);
  const url = `http://127.0.0.1:${options.httpPort}`;
  const closing = new AbortController();
  let child: ChildProcess | undefined;

  const run = async (): Promise<void> => {
    child = spawn(process.execPath, [SERVER_PROCESS, String(process.pid), ...args], {
      stdio: ['ignore', logFile.fd, logFile.fd],
      env: {},
      // A group of its own: Ctrl-C at a terminal ends us, and we end the server when the last rows are in.
      detached: true,
    });
    await once(child, 'exit');
  };

  const supervise = async (): Promise<void> => {
    for (let waitMs = FIRST_RESTART_WAIT_MS; ; waitMs = Math.min(waitMs * 2, LONGEST_RESTART_WAIT_MS)) {
      const startedAt = Date.now();
      await run();
      if (closing.signal.aborted) return;
      if (Date.now() - startedAt > LONGEST_RESTART_WAIT_MS) waitMs = FIRST_RESTART_WAIT_MS;
      logger.error({ log: logPath }, 'ClickHouse ended by itself and is started again');
      await sleep(waitMs, undefined, { signal: closing.signal }).catch(() => undefined);
      if (closing.signal.aborted) return;
    }
  };

  const supervised = supervise();
  const close = async (): Promise<void> => {
    closing.abort();
    child?.kill('SIGTERM');
    await supervised;
    await logFile.close();
  };
  for (const deadline = Date.now() + START_TIMEOUT_MS; !(await answers(url)); await sleep(PING_INTERVAL_MS)) {
    if (Date.now() < deadline) continue;
    await close();
    throw new StartError(`ClickHouse did not answer within ${START_TIMEOUT_MS / 1000} s: see ${logPath}`);
  }
  return { url, close };
};
