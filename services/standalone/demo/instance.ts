import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseEnvironment } from '../../runtime/environment.ts';
import type { Logger } from '../../runtime/logger.ts';
import { standaloneEnvironment } from '../config.ts';
import { type Pipeline, startPipeline } from '../pipeline.ts';
import { RECEIVED_AT_HEADER } from './post.ts';

/** A pipeline of the demonstration's own, beside which any other can run. */
export interface Instance {
  readonly pipeline: Pipeline;
  /** Stops it and removes all that it stored. */
  remove(): Promise<void>;
}

/** Ports that nobody listens on: taken all at once, so that they differ. */
const freePorts = async (count: number): Promise<readonly number[]> => {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => once(server.close(), 'close')));
  return ports;
};

const simulatedTime = (request: IncomingMessage): number => {
  const timeMs = Date.parse(String(request.headers[RECEIVED_AT_HEADER]));
  return Number.isNaN(timeMs) ? Date.now() : timeMs;
};

/** Starts a pipeline in a temporary folder, on free ports; its edge believes what it is told about time and place. */
export const startInstance = async (logger: Logger, onStep: (step: string) => void): Promise<Instance> => {
  const dataDir = await mkdtemp(join(tmpdir(), 'candor-demo-'));
  const removeData = (): Promise<void> => rm(dataDir, { recursive: true, force: true, maxRetries: 5 });
  try {
    const [httpPort, tcpPort] = await freePorts(2);
    const config = parseEnvironment(standaloneEnvironment, {
      DATA_DIR: dataDir,
      EDGE_PORT: '0',
      ADMIN_PORT: '0',
      CLICKHOUSE_HTTP_PORT: String(httpPort),
      CLICKHOUSE_TCP_PORT: String(tcpPort),
      TRUSTED_PROXY_HOPS: '1',
    });
    const pipeline = await startPipeline(config, { logger, onStep, receivedAt: simulatedTime });
    const remove = async (): Promise<void> => {
      await pipeline.close();
      await removeData();
    };
    return { pipeline, remove };
  } catch (error) {
    await removeData();
    throw error;
  }
};
