import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from './eventually.ts';
import { freePorts } from './ports.ts';
import { type RunningProgram, runProgram } from './program.ts';

/** Ports and folder of one pipeline of a test. */
export interface Place {
  readonly dataDir: string;
  readonly env: Readonly<Record<string, string>>;
  readonly edgeUrl: string;
  readonly adminUrl: string;
  readonly clickHouseUrl: string;
  remove(): Promise<void>;
}

/** A folder and ports of its own for a pipeline. */
export const makePlace = async (): Promise<Place> => {
  const dataDir = await mkdtemp(join(tmpdir(), 'candor-test-'));
  const [edge, admin, http, tcp] = await freePorts(4);
  return {
    dataDir,
    env: {
      DATA_DIR: dataDir,
      EDGE_PORT: `${edge}`,
      ADMIN_PORT: `${admin}`,
      CLICKHOUSE_HTTP_PORT: `${http}`,
      CLICKHOUSE_TCP_PORT: `${tcp}`,
      LOG_LEVEL: 'warn',
    },
    edgeUrl: `http://127.0.0.1:${edge}`,
    adminUrl: `http://127.0.0.1:${admin}`,
    clickHouseUrl: `http://127.0.0.1:${http}`,
    remove: () => rm(dataDir, { recursive: true, force: true, maxRetries: 5 }),
  };
};

/** A pipeline in a process of its own. */
export type RunningPipeline = RunningProgram;

/** Runs `npm start`'s program; resolves at once. */
export const spawnPipeline = (place: Place, env: Readonly<Record<string, string>> = {}): RunningPipeline =>
  runProgram('services/standalone/main.ts', { ...place.env, ...env });

/** Runs it and waits until it takes reports. */
export const startPipelineProcess = async (place: Place): Promise<RunningPipeline> => {
  const running = spawnPipeline(place);
  let hasEnded = false;
  void running.ended.then(() => {
    hasEnded = true;
  });
  await eventually('the start of the pipeline', 60_000, () => {
    if (hasEnded) throw new Error(`the pipeline did not start: ${running.output()}`);
    return running.output().includes('Candor is running') || undefined;
  });
  return running;
};

/** The rows that a query gives, as its user `analyst`; times as ISO text, 64-bit numbers as numbers. */
export const ask = async (place: Pick<Place, 'clickHouseUrl'>, sql: string): Promise<Record<string, unknown>[]> => {
  const settings = 'date_time_output_format=iso&output_format_json_quote_64bit_integers=0';
  const response = await fetch(`${place.clickHouseUrl}/?user=analyst&database=candor&${settings}`, {
    method: 'POST',
    body: `${sql} FORMAT JSONEachRow`,
  });
  const text = await response.text();
  if (!response.ok) throw new Error(text);
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
};

/** Posts a body; resolves with the status and the id of the event. */
export const post = async (
  place: Pick<Place, 'edgeUrl'>,
  path: string,
  body: string | Buffer,
  headers: Readonly<Record<string, string>> = {},
): Promise<{ readonly status: number; readonly eventId: string }> => {
  const response = await fetch(place.edgeUrl + path, {
    method: 'POST',
    body: typeof body === 'string' ? body : new Uint8Array(body),
    headers,
  });
  const answer = (await response.json()) as { event_id?: string };
  return { status: response.status, eventId: answer.event_id ?? '' };
};

/** Waits until the outcomes of exactly `count` events are stored. */
export const waitForOutcomes = async (
  place: Pick<Place, 'clickHouseUrl'>,
  count: number,
  timeoutMs = 30_000,
): Promise<void> => {
  await eventually(`${count} outcomes`, timeoutMs, async () => {
    const [row] = await ask(place, 'SELECT count() AS stored FROM outcomes');
    if (Number(row?.stored) > count) throw new Error(`${row?.stored} outcomes are stored in place of ${count}`);
    return row?.stored === count || undefined;
  });
};
