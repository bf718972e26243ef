import { setTimeout as sleep } from 'node:timers/promises';
import { ask, makePlace, type Place, post, startPipelineProcess } from '../support/pipeline.ts';

/** What a person waits for at rest, in ms. */
export interface AtRest {
  readonly firstStartMs: number;
  readonly laterStartMs: number;
  /** From posting a report to reading its row with SQL: median and worst of {@link POSTS}. */
  readonly medianMs: number;
  readonly worstMs: number;
}

const POSTS = 15;

/** Time between two posts: longer than the sink's interval, so that each one meets a pipeline at rest. */
const PAUSE_MS = 1_500;

/** Time between two looks for the row; part of what is measured. */
const LOOK_MS = 5;

const postToQueryable = async (place: Place, sequence: number): Promise<number> => {
  const startedAt = performance.now();
  await post(place, '/sonarqube', JSON.stringify({ id: 'AT-REST', version: '10.7', messageSequenceNumber: sequence }));
  const sql = `SELECT count() AS found FROM sonarqube_reports WHERE message_sequence_number = ${sequence}`;
  while ((await ask(place, sql))[0]?.found !== 1) await sleep(LOOK_MS);
  return performance.now() - startedAt;
};

/** Starts a pipeline twice on one folder, and posts to it at rest. */
export const measureAtRest = async (): Promise<AtRest> => {
  const place = await makePlace();
  const start = async () => {
    const startedAt = performance.now();
    const running = await startPipelineProcess(place);
    return { running, ms: performance.now() - startedAt };
  };
  const first = await start();
  await first.running.end('SIGTERM');
  const later = await start();
  const times: number[] = [];
  for (let sequence = 1; sequence <= POSTS; sequence += 1) {
    await sleep(PAUSE_MS);
    times.push(await postToQueryable(place, sequence));
  }
  await later.running.end('SIGTERM');
  await place.remove();
  const sorted = times.toSorted((a, b) => a - b);
  return {
    firstStartMs: Math.round(first.ms),
    laterStartMs: Math.round(later.ms),
    medianMs: Math.round(sorted[Math.floor(POSTS / 2)] ?? 0),
    worstMs: Math.round(sorted.at(-1) ?? 0),
  };
};
