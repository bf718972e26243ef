import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from '../../services/standalone/demo/random.ts';
import { eventually } from '../support/eventually.ts';
import type { Answer, Entry, Ledger } from './ledger.ts';
import { makeReport } from './report.ts';

/** Reports at a steady rate, whatever the answers take. */
export interface Load {
  /** Waits until this many more reports are acknowledged. */
  acknowledged(more: number): Promise<void>;
  /** Sends nothing new until `resume`; resolves when everything has its answer. */
  pause(): Promise<void>;
  resume(): void;
  /** Sends nothing new, and waits for the answers and for what is sent again. */
  stop(): Promise<void>;
}

/** What load is put on whom. */
export interface LoadOptions {
  readonly edgeUrl: string;
  readonly ledger: Ledger;
  readonly random: Random;
  readonly reportsPerSecond: number;
  /** Share of the clients that send a report without an answer again. */
  readonly retryingShare: number;
  /** Whether ClickHouse refuses some of the reports: see `REFUSE_LINES`. */
  readonly refusesLines: boolean;
}

/** Requests under way at once; above it nothing new is sent, so that the test's own process stays small. */
const MAX_IN_FLIGHT = 2_000;

/** Time without an answer after which a client gives up: half of what SonarQube's waits. */
const ANSWER_TIMEOUT_MS = 5_000;

/** Pause before a report is sent again the first time; doubled each time, so that a busy machine is not kept busy by that. */
const FIRST_RETRY_PAUSE_MS = 1_500;

/** Times that a report is sent at most: over some 50 s, longer than the edge is away in any round. */
const MAX_SENDS = 6;

/** Time between two groups of reports. */
const TICK_MS = 20;

/** Longest wait for acknowledgements before a fault: the round before may have left the edge starting. */
const ACKNOWLEDGE_TIMEOUT_MS = 60_000;

const answerOf = (status: number, text: string): Answer => {
  if (status !== 200) return { kind: 'refused', status };
  const { event_id: eventId } = JSON.parse(text) as { readonly event_id: string };
  return { kind: 'accepted', eventId };
};

/** Starts to send reports. */
export const startLoad = (options: LoadOptions): Load => {
  const { edgeUrl, ledger, random, reportsPerSecond, retryingShare, refusesLines } = options;
  const reportOptions = { installation: ledger.installation, random, refusesLines };
  const agent = new Agent({ keepAlive: true });
  const underWay = new Set<Promise<void>>();
  let isStopped = false;
  let isPaused = false;
  let acknowledged = 0;
  let sequence = 0;

  const send = (body: Buffer): Promise<Answer> =>
    new Promise((resolve) => {
      const lost = (): void => resolve({ kind: 'none' });
      const headers = { 'content-type': 'application/json; charset=utf-8', 'content-length': body.length };
      const outgoing = request(`${edgeUrl}/sonarqube`, { method: 'POST', agent, headers }, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (part: string) => {
          text += part;
        });
        response.once('end', () => (response.complete ? resolve(answerOf(response.statusCode ?? 0, text)) : lost()));
        response.once('error', lost);
      });
      outgoing.setTimeout(ANSWER_TIMEOUT_MS, () => outgoing.destroy());
      outgoing.once('error', lost).once('close', lost).end(body);
    });

  /** Only a report without any answer is sent again: like SonarQube's, a client takes a refusal for an answer. */
  const deliver = async ({ answers }: Entry, body: Buffer, retries: boolean): Promise<void> => {
    for (let sends = 1; ; sends += 1) {
      const answer = await send(body);
      answers.push(answer);
      if (answer.kind === 'accepted') acknowledged += 1;
      if (answer.kind !== 'none' || !retries || sends === MAX_SENDS) return;
      await sleep(FIRST_RETRY_PAUSE_MS * 2 ** (sends - 1));
    }
  };

  const sendOne = (): void => {
    sequence += 1;
    const { report, body } = makeReport(sequence, reportOptions);
    const delivery = deliver(ledger.open(report), body, random.chance(retryingShare)).finally(() => {
      underWay.delete(delivery);
    });
    underWay.add(delivery);
  };

  const sending = (async () => {
    for (let lastAt = performance.now(), due = 0; !isStopped; await sleep(TICK_MS)) {
      const now = performance.now();
      due = isPaused ? 0 : due + ((now - lastAt) / 1_000) * reportsPerSecond;
      lastAt = now;
      // What there is no room for is not sent later.
      for (; due >= 1; due -= 1) if (underWay.size < MAX_IN_FLIGHT) sendOne();
    }
  })();

  const answered = async (): Promise<void> => {
    while (underWay.size > 0) await Promise.all(underWay);
  };

  return {
    acknowledged: async (more) => {
      const enough = acknowledged + more;
      await eventually(`${more} more acknowledged reports`, ACKNOWLEDGE_TIMEOUT_MS, () =>
        acknowledged >= enough ? true : undefined,
      );
    },
    pause: async () => {
      isPaused = true;
      await answered();
    },
    resume: () => {
      isPaused = false;
    },
    stop: async () => {
      isStopped = true;
      await sending;
      await answered();
      agent.destroy();
    },
  };
};
