import { setTimeout as sleep } from 'node:timers/promises';
import type { ClickHouseClient } from '@clickhouse/client';
import { DATABASE } from '../../../infra/clickhouse/client.ts';

const POLL_INTERVAL_MS = 200;

/** What has become of reports so far. */
interface Outcomes {
  readonly decided: number;
  readonly stored: number;
}

/** Waits until as many reports have an outcome as were posted; resolves with the number of those that are stored. */
export const waitUntilStored = async (
  clickhouse: ClickHouseClient,
  posted: number,
  onProgress: (decided: number) => void,
): Promise<number> => {
  for (;;) {
    const result = await clickhouse.query({
      query: `SELECT toUInt32(count()) AS decided, toUInt32(countIf(outcome = 'stored')) AS stored FROM ${DATABASE}.outcomes`,
      format: 'JSONEachRow',
    });
    const [{ decided, stored } = { decided: 0, stored: 0 }] = await result.json<Outcomes>();
    onProgress(decided);
    if (decided >= posted) return stored;
    await sleep(POLL_INTERVAL_MS);
  }
};
