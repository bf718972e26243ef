import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  ask,
  makePlace,
  type Place,
  post,
  spawnPipeline,
  startPipelineProcess,
  waitForOutcomes,
} from '../support/pipeline.ts';

const PATH = '/v1/reports/sonarqube';
let place: Place;

beforeEach(async () => {
  place = await makePlace();
});

afterEach(() => place.remove());

const report = (sequence: number): string =>
  JSON.stringify({
    id: 'AAAA1111-restart',
    version: '10.7.0.96327',
    messageSequenceNumber: sequence,
    plugins: [
      { name: 'java', version: '8.6' },
      { name: 'java', version: '8.6' },
    ],
  });

/** Posts reports one after another per lane until the edge is gone; resolves with those that it acknowledged. */
const postUntilGone = async (count: number, lanes: number, acknowledged: Set<number>): Promise<void> => {
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < count) {
      next += 1;
      const sequence = next;
      const { status } = await post(place, PATH, report(sequence));
      if (status === 200) acknowledged.add(sequence);
    }
  };
  await Promise.allSettled(Array.from({ length: lanes }, lane));
};

const stored = async (): Promise<Record<string, unknown> | undefined> => {
  const [row] = await ask(
    place,
    `SELECT (SELECT count() FROM sonarqube_reports) AS reports, (SELECT count() FROM sonarqube_plugins) AS plugins,
            (SELECT uniqExact(message_sequence_number) FROM sonarqube_reports) AS sequences,
            (SELECT count() FROM outcomes) AS outcomes`,
  );
  return row;
};

describe('SIGKILL in the middle of 2,000 reports', () => {
  test('leaves exactly 2,000 after the restart: nothing acknowledged is lost, nothing is stored twice', async () => {
    const total = 2_000;
    const acknowledged = new Set<number>();
    const first = await startPipelineProcess(place);
    const posting = postUntilGone(total, 8, acknowledged);
    // While reports are under way in every stage: some stored, some not.
    while (acknowledged.size < total / 2) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(await first.end('SIGKILL')).toBe('SIGKILL');
    await posting;

    const second = await startPipelineProcess(place);
    // What the dying edge did not answer may be in its log all the same; the client sends it again, as clients do.
    const unanswered = Array.from({ length: total }, (_, index) => index + 1).filter(
      (sequence) => !acknowledged.has(sequence),
    );
    const [before] = await ask(place, 'SELECT count() AS reports FROM sonarqube_reports');
    expect(Number(before?.reports)).toBeLessThan(total);
    const inDoubt = await waitUntilSettled(acknowledged.size);
    const known = new Set(
      (await ask(place, 'SELECT message_sequence_number AS n FROM sonarqube_reports')).map(({ n }) => Number(n)),
    );
    expect([...acknowledged].filter((sequence) => !known.has(sequence))).toEqual([]);
    const missing = unanswered.filter((sequence) => !known.has(sequence));
    for (const sequence of missing) expect((await post(place, PATH, report(sequence))).status).toBe(200);
    await waitForOutcomes(place, inDoubt + missing.length);
    expect(await stored()).toEqual({ reports: total, plugins: 2 * total, sequences: total, outcomes: total });
    expect(await second.end('SIGTERM')).toBe(0);
  }, 120_000);
});

/** Waits until the log is empty and resolves with the number of stored events, at least `acknowledged`. */
const waitUntilSettled = async (acknowledged: number): Promise<number> => {
  for (;;) {
    const metrics = await (await fetch(`${place.adminUrl}/metrics`)).text();
    const lags = [...metrics.matchAll(/^candor_consumer_lag_records\{.*\} (\d+)$/gm)].map(([, lag]) => Number(lag));
    const [row] = await ask(place, 'SELECT count() AS stored FROM outcomes');
    if (lags.length === 3 && lags.every((lag) => lag === 0) && Number(row?.stored) >= acknowledged)
      return Number(row?.stored);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
};

describe('a second start', () => {
  test('on the same folder goes on where the first one was stopped', async () => {
    const first = await startPipelineProcess(place);
    for (let sequence = 1; sequence <= 20; sequence += 1) await post(place, PATH, report(sequence));
    expect(await first.end('SIGINT')).toBe(0);
    const second = await startPipelineProcess(place);
    await waitForOutcomes(place, 20);
    await post(place, PATH, report(21));
    await waitForOutcomes(place, 21);
    expect(await stored()).toEqual({ reports: 21, plugins: 42, sequences: 21, outcomes: 21 });
    expect(await second.end('SIGTERM')).toBe(0);
  }, 90_000);

  test('is not in the way of clients that never pause: the first one still ends in time, and keeps what it acknowledged', async () => {
    const first = await startPipelineProcess(place);
    const acknowledged = new Set<number>();
    const posting = postUntilGone(1_000_000, 8, acknowledged);
    while (acknowledged.size < 200) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(await first.end('SIGTERM')).toBe(0);
    await posting;
    const second = await startPipelineProcess(place);
    const known = await waitUntilSettled(acknowledged.size);
    expect(known).toBe(acknowledged.size);
    await second.end('SIGTERM');
  }, 90_000);

  test('beside the first one is refused with one line', async () => {
    const first = await startPipelineProcess(place);
    const other = await makePlace();
    const second = spawnPipeline(other, { DATA_DIR: place.dataDir });
    expect(await second.ended).toBe(1);
    expect(second.output()).toMatch(
      /^candor: DATA_DIR .* is in use by another Candor: stop that one, or set DATA_DIR to another folder$/m,
    );
    expect((await post(place, PATH, report(1))).status).toBe(200);
    await first.end('SIGTERM');
    await other.remove();
  }, 90_000);
});

describe('a start that can not work', () => {
  test.each(['EDGE_PORT', 'ADMIN_PORT', 'CLICKHOUSE_HTTP_PORT', 'CLICKHOUSE_TCP_PORT'])(
    'names %s when its port is in use, and leaves no ClickHouse behind',
    async (variable) => {
      const taken = createServer().listen(Number(place.env[variable]), '127.0.0.1');
      const running = spawnPipeline(place);
      expect(await running.ended).toBe(1);
      expect(running.output()).toContain(`127.0.0.1:${place.env[variable]} is in use: set ${variable} to another port`);
      await new Promise((closed) => taken.close(closed));
      await expect(fetch(`${place.clickHouseUrl}/ping`)).rejects.toThrow();
    },
    60_000,
  );

  test('names a variable that does not parse, and one that nobody knows', async () => {
    const wrong = spawnPipeline(place, { TRUSTED_PROXY_HOPS: 'many' });
    expect(await wrong.ended).toBe(1);
    expect(wrong.output()).toMatch(/^candor: the environment does not parse: TRUSTED_PROXY_HOPS: /m);
    const unknown = spawnPipeline(place, { EDGE_PROT: '80' });
    expect(await unknown.ended).toBe(1);
    expect(unknown.output()).toContain('candor: unknown environment variable EDGE_PROT');
  });
});

describe('the embedded ClickHouse', () => {
  const serverPid = async (parent: number): Promise<number> => {
    const children = await readFile(`/proc/${parent}/task/${parent}/children`, 'utf8');
    return Number(children.trim().split(' ')[0]);
  };

  test('is started again when it is killed, and nothing is lost or doubled', async () => {
    const running = await startPipelineProcess(place);
    const pid = await serverPid(running.pid);
    for (let sequence = 1; sequence <= 100; sequence += 1) {
      await post(place, PATH, report(sequence));
      if (sequence === 50) process.kill(pid, 'SIGKILL');
    }
    await waitUntilAnswers();
    await waitForOutcomes(place, 100);
    expect(await stored()).toEqual({ reports: 100, plugins: 200, sequences: 100, outcomes: 100 });
    expect(await serverPid(running.pid)).not.toBe(pid);
    await running.end('SIGTERM');
  }, 90_000);

  test('does not outlive a pipeline that is killed', async () => {
    const running = await startPipelineProcess(place);
    await running.end('SIGKILL');
    for (;;) {
      const alive = await fetch(`${place.clickHouseUrl}/ping`).then(
        () => true,
        () => false,
      );
      if (!alive) break;
    }
  }, 30_000);
});

const waitUntilAnswers = async (): Promise<void> => {
  while (
    !(await fetch(`${place.clickHouseUrl}/ping`).then(
      ({ ok }) => ok,
      () => false,
    ))
  ) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
};
