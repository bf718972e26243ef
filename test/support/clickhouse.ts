import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ClickHouseAccess, openClickHouse } from '../../infra/clickhouse/client.ts';
import { USERS } from '../../infra/clickhouse/embedded/configuration.ts';
import { startEmbeddedServer } from '../../infra/clickhouse/embedded/launcher.ts';
import { createLogger } from '../../services/runtime/logger.ts';
import { freePorts } from './ports.ts';

/** A ClickHouse server of a test's own. */
export interface ClickHouseServer {
  readonly admin: ClickHouseAccess;
  readonly sink: ClickHouseAccess;
  /** Where its data is. */
  readonly folder: string;
  /** Runs a command as its administrator. */
  command(query: string): Promise<void>;
  close(): Promise<void>;
}

/** Starts the embedded server on free ports and an empty folder; `configuration` is XML that is merged into its own. */
export const startClickHouse = async (configuration?: string): Promise<ClickHouseServer> => {
  const path = await mkdtemp(join(tmpdir(), 'candor-clickhouse-'));
  const [httpPort = 0, tcpPort = 0] = await freePorts(2);
  if (configuration !== undefined) {
    await mkdir(join(path, 'config.d'));
    await writeFile(join(path, 'config.d', 'test.xml'), configuration);
  }
  const passwords = { adminPassword: 'admin', sinkPassword: 'sink' };
  const server = await startEmbeddedServer({ path, httpPort, tcpPort, ...passwords }, createLogger('warn'));
  const admin = { url: server.url, username: USERS.admin, password: passwords.adminPassword };
  return {
    admin,
    sink: { url: server.url, username: USERS.sink, password: passwords.sinkPassword },
    folder: path,
    command: async (query) => {
      const client = openClickHouse(admin);
      await client.command({ query }).finally(() => client.close());
    },
    close: async () => {
      await server.close();
      await rm(path, { recursive: true, force: true, maxRetries: 5 });
    },
  };
};
