import { createHash } from 'node:crypto';
import { z } from 'zod';
import { RAW_SCHEMA, type RawEvent } from '../../schemas/topics/raw.ts';
import { valueSubject } from '../../schemas/topics/rows.ts';
import { TOPICS } from '../../schemas/topics/topics.ts';
import { Codec } from './codec.ts';
import type { EventLog } from './log/event-log.ts';
import type { SchemaIds } from './registry/schema-ids.ts';

/** Dead letters that one request may name. */
export const MAX_REPLAYS = 1_000;

/** Records read at once: at 33 MB, the largest that there are, they fit into memory. */
const READ_RECORDS = 10;

/** What is to be sent through the pipeline again. */
export const REPLAY_REQUESTS = z
  .array(
    z.object({
      /** Id of the dead letter. */
      event_id: z.uuid(),
      /** Where its raw event stands. */
      generation: z.string(),
      partition: z.int().min(0).max(65_535),
      offset: z.int().min(0),
      /** Which replay of it this is, from 0. */
      attempt: z.int().min(0),
    }),
  )
  .max(MAX_REPLAYS);

/** One of them. */
export type ReplayRequest = z.output<typeof REPLAY_REQUESTS>[number];

/** Why a dead letter can't be replayed. */
export const REPLAY_OBSTACLES = {
  later_topic: 'it was a value of a later topic that could not be read: its raw event is not known',
  other_log: 'its raw event was in another log, which is gone',
  removed: 'its raw event has been removed from the log',
  unreadable: 'what stands at its place in the log can not be read as its raw event',
} as const;

/** One of the reasons. */
export type ReplayObstacle = keyof typeof REPLAY_OBSTACLES;

/** What became of a request: the event that was written, or why there is none. */
export interface ReplayAnswer {
  readonly event_id: string;
  /** Id of the event that was written; null when none was. */
  readonly replay_id: string | null;
  readonly obstacle: ReplayObstacle | null;
}

/** Sends raw events through the pipeline again. @throws RetryableError when the log is away: some may be written already. */
export type Replay = (requests: readonly ReplayRequest[]) => Promise<readonly ReplayAnswer[]>;

/** The id of a replay: made of the dead letter's and the number of the attempt, so that the same attempt is the same event. */
export const replayId = (eventId: string, attempt: number): string => {
  const hash = createHash('sha256').update(`${eventId}/${attempt}`).digest('hex');
  // Version 8 of RFC 9562: bits of one's own.
  return [
    hash.slice(0, 8),
    hash.slice(8, 12),
    `8${hash.slice(13, 16)}`,
    `8${hash.slice(17, 20)}`,
    hash.slice(20, 32),
  ].join('-');
};

const obstacleOf = ({ generation }: ReplayRequest, log: EventLog): ReplayObstacle | null => {
  if (generation === log.generation) return null;
  return generation.includes('@') ? 'later_topic' : 'other_log';
};

/**
 * Creates the writer of replays: each raw event as it was, the seal of its address included, with an id of its own, at the end
 * of its partition.
 *
 * @throws PermanentError when the schema of raw events is not registered.
 */
export const createReplay = async (log: EventLog, ids: SchemaIds): Promise<Replay> => {
  const codec = await Codec.of<RawEvent>(ids, valueSubject(TOPICS.raw.name), RAW_SCHEMA);

  const write = async (request: ReplayRequest, value: Buffer | undefined): Promise<ReplayAnswer> => {
    const { event_id, partition, attempt } = request;
    if (value === undefined) return { event_id, replay_id: null, obstacle: 'removed' };
    await codec.prepare([value]);
    const raw = codec.decode(value);
    if (raw?.event_id !== event_id) return { event_id, replay_id: null, obstacle: 'unreadable' };
    const replay_id = replayId(event_id, attempt);
    await log.append(TOPICS.raw.name, partition, [codec.encode({ ...raw, event_id: replay_id, replay_of: event_id })]);
    return { event_id, replay_id, obstacle: null };
  };

  return async (requests) => {
    const answers: ReplayAnswer[] = [];
    for (const [partition, all] of Map.groupBy(requests, (request) => request.partition)) {
      const possible = all.filter((request) => {
        const obstacle = obstacleOf(request, log);
        if (obstacle !== null) answers.push({ event_id: request.event_id, replay_id: null, obstacle });
        return obstacle === null;
      });
      for (let from = 0; from < possible.length; from += READ_RECORDS) {
        const some = possible.slice(from, from + READ_RECORDS);
        const offsets = some.map(({ offset }) => offset);
        const records = await log.read(TOPICS.raw.name, partition, offsets);
        for (const request of some) answers.push(await write(request, records.get(request.offset)));
      }
    }
    return answers;
  };
};
