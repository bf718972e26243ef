import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { startClickHouse } from '../../support/clickhouse.ts';
import { eventually } from '../../support/eventually.ts';
import { type FaultyProxy, startFaultyProxy } from '../../support/faulty-proxy.ts';
import { makePlace, type Place, spawnPipeline } from '../../support/pipeline.ts';
import { metricOf } from '../../support/service-process.ts';
import { mountSmallDisk, type SmallDisk } from '../../support/small-disk.ts';
import { clickHouseChild } from '../clickhouse-child.ts';
import type { Part, Program } from '../fault.ts';
import { REFUSE_LINES } from '../report.ts';
import type { Site } from '../site.ts';
import { SupervisedProgram } from '../supervised.ts';

/** The whole pipeline in one process, on the embedded log. */
export interface EmbeddedSite extends Site {
  readonly parts: Readonly<Record<'the pipeline', Program> & Record<'ClickHouse', Part>>;
  /** Removes the folder of the log, while the pipeline is away. */
  removeLog(): Promise<void>;
}

/** One whose ClickHouse is a server beside it, behind a network. */
export interface ExternalSite extends EmbeddedSite {
  readonly clickHouseProxy: FaultyProxy;
}

/** One whose log is on a small disk. */
export interface SmallDiskSite extends EmbeddedSite {
  readonly disk: SmallDisk;
}

/** Room for the log of some hundred rounds. */
const DISK_BYTES = 1024 * 1024 * 1024;

/** Longest wait for the first start. */
const START_TIMEOUT_MS = 60_000;

/** Number of topics whose lag the pipeline tells. */
const TOPIC_COUNT = 3;

/** Where the pipeline's ClickHouse is, when it is a server beside it. */
interface Beside {
  readonly url: string;
  readonly env: Readonly<Record<string, string>>;
}

const startPipeline = async (place: Place, beside?: Beside): Promise<EmbeddedSite> => {
  const ends: string[] = [];
  const pipeline = new SupervisedProgram(
    async () => spawnPipeline(place, beside?.env),
    (how) => ends.push(how),
  );
  await pipeline.start();
  await eventually('the pipeline to be ready', START_TIMEOUT_MS, async () =>
    (await fetch(`${place.adminUrl}/readyz`).catch(() => undefined))?.ok ? true : undefined,
  );
  const clickHouseUrl = beside?.url ?? place.clickHouseUrl;
  return {
    edgeUrl: place.edgeUrl,
    clickHouseUrl,
    refusesLines: false,
    parts: {
      'the pipeline': pipeline,
      ClickHouse: clickHouseChild(() => (beside ? process.pid : (pipeline.running?.pid ?? -1)), clickHouseUrl),
    },
    removeLog: () => rm(join(place.dataDir, 'log'), { recursive: true }),
    isSettled: async () => {
      const lags = await metricOf(place, 'candor_consumer_lag_records').catch(() => []);
      return lags.length === TOPIC_COUNT && lags.every((lag) => lag === 0);
    },
    unaskedEnds: () => ends,
    logs: () => ({ pipeline: pipeline.output() }),
    close: async () => {
      await pipeline.kill();
      await place.remove();
    },
  };
};

/** Starts the pipeline with a ClickHouse of its own. */
export const startEmbeddedSite = async (): Promise<EmbeddedSite> => startPipeline(await makePlace());

/** Starts the pipeline with its log on a disk that can be filled up. */
export const startSmallDiskSite = async (): Promise<SmallDiskSite> => {
  const place = await makePlace();
  const disk = await mountSmallDisk(join(place.dataDir, 'log'), DISK_BYTES);
  const site = await startPipeline(place);
  return {
    ...site,
    disk,
    close: async () => {
      await disk.close();
      await site.close();
    },
  };
};

/** Starts the pipeline with a ClickHouse beside it. */
export const startExternalSite = async (): Promise<ExternalSite> => {
  await using stack = new AsyncDisposableStack();
  const server = stack.adopt(await startClickHouse(), ({ close }) => close());
  const { url, username, password } = server.admin;
  const clickHouseProxy = stack.adopt(await startFaultyProxy(new URL(url).host), ({ close }) => close());
  const env = {
    CLICKHOUSE_URL: `http://${clickHouseProxy.address}`,
    CLICKHOUSE_USER: username,
    CLICKHOUSE_PASSWORD: password,
  };
  const site = stack.adopt(await startPipeline(await makePlace(), { url, env }), ({ close }) => close());
  await server.command(REFUSE_LINES);
  const owned = stack.move();
  return { ...site, refusesLines: true, clickHouseProxy, close: () => owned.disposeAsync() };
};
