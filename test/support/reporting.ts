import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { eventually } from './eventually.ts';
import { ask, type Place, post } from './pipeline.ts';

/** An installation of SonarQube that reports without a pause. */
export interface Reporting {
  /** Waits until this many more reports are acknowledged. */
  acknowledged(more: number): Promise<void>;
  /** Resolves with the numbers of the reports that were acknowledged. */
  stop(): Promise<readonly number[]>;
}

/** Reports under way at once. */
const LANES = 4;

/** Pause of a lane after a report, in ms: some 100 reports/s, which leave a busy machine time for the starts of processes. */
const PAUSE_MS = 20;

/** Rows that each report becomes in `sonarqube_plugins`. */
const PLUGINS = 2;

/** Longest wait for acknowledgements: the edge itself may have to start. */
const ACKNOWLEDGE_TIMEOUT_MS = 30_000;

const reportOf = (installation: string, sequence: number): string =>
  JSON.stringify({
    id: installation,
    version: '10.7.0.96327',
    messageSequenceNumber: sequence,
    plugins: Array.from({ length: PLUGINS }, () => ({ name: 'java', version: '8.6' })),
  });

/** Starts to report as `installation`; each report has a number of its own and is sent once, whatever becomes of it. */
export const startReporting = ({ edgeUrl }: Pick<Place, 'edgeUrl'>, installation: string): Reporting => {
  const stop = new AbortController();
  const acknowledged: number[] = [];
  let sent = 0;
  const lane = async (): Promise<void> => {
    while (!stop.signal.aborted) {
      sent += 1;
      const sequence = sent;
      const answer = await post({ edgeUrl }, '/sonarqube', reportOf(installation, sequence)).catch(() => undefined);
      if (answer?.status === 200) acknowledged.push(sequence);
      await sleep(PAUSE_MS);
    }
  };
  const lanes = Array.from({ length: LANES }, lane);
  return {
    acknowledged: async (more) => {
      const enough = acknowledged.length + more;
      await eventually(`${more} more acknowledged reports`, ACKNOWLEDGE_TIMEOUT_MS, () =>
        acknowledged.length >= enough ? true : undefined,
      );
    },
    stop: async () => {
      stop.abort();
      await Promise.all(lanes);
      return acknowledged;
    },
  };
};

/** Expects every acknowledged report of an installation to be stored, and every stored one to be so once in every table. */
export const expectExactlyOnce = async (
  place: Pick<Place, 'clickHouseUrl'>,
  installation: string,
  acknowledged: readonly number[],
): Promise<void> => {
  const ofInstallation = `WHERE installation_id = '${installation}'`;
  const stored = await ask(
    place,
    `SELECT message_sequence_number AS sequence FROM sonarqube_reports ${ofInstallation}`,
  );
  const sequences = new Set(stored.map(({ sequence }) => Number(sequence)));
  expect(acknowledged.filter((sequence) => !sequences.has(sequence))).toEqual([]);
  const [counts] = await ask(
    place,
    `SELECT (SELECT count() FROM sonarqube_reports ${ofInstallation}) AS reports,
            (SELECT count() FROM sonarqube_plugins ${ofInstallation}) AS plugins,
            (SELECT count() FROM outcomes WHERE event_id IN (SELECT event_id FROM sonarqube_reports ${ofInstallation})) AS outcomes`,
  );
  const { size } = sequences;
  expect(counts).toEqual({ reports: size, plugins: size * PLUGINS, outcomes: size });
};
