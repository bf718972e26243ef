import { once } from 'node:events';
import { PassThrough, Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { ClickHouseError, createClient } from '@clickhouse/client';
import avro from 'avsc';
import { describe, expect, test, vi } from 'vitest';
import type { Table } from '../../../schemas/pack/table.ts';
import { PermanentError, RetryableError } from '../../../services/runtime/errors.ts';
import { type Block, Gathering } from '../../../services/sink/gathering.ts';
import { createInsert } from '../../../services/sink/insert.ts';
import { commonRowAt, formatOf, messageOf } from '../../support/rows.ts';
import { TINY_TABLES } from '../../support/tiny-catalog.ts';

const TABLES: ReadonlyMap<string, Table> = new Map(Object.entries(TINY_TABLES));
const OWNER = 'owner-1';

type Exec = ReturnType<typeof createClient>['exec'];
type ExecParams = Parameters<Exec>[0] & { readonly values: Readable };

/** A client whose server answers each try as `answers` say: with an error, or with success. */
const clientWith = (...answers: readonly (Error | undefined)[]) => {
  const tries: { readonly params: ExecParams; readonly body: Buffer }[] = [];
  const client = createClient();
  vi.spyOn(client, 'exec').mockImplementation(async (params) => {
    const known = params as ExecParams;
    const answer = answers[tries.length];
    tries.push({ params: known, body: await buffer(known.values) });
    if (answer) throw answer;
    return { stream: Readable.from([]), query_id: '', response_headers: {} } as unknown as Awaited<ReturnType<Exec>>;
  });
  return { client, tries };
};

const blockOf = (...messages: readonly ReturnType<typeof messageOf>[]): Block => {
  const gathering = new Gathering<string>({ intervalMs: 0, rows: 1_000, bytes: 1_000_000 });
  gathering.add('source', messages, 1);
  const [block] = gathering.take().blocks;
  if (block === undefined) throw new Error('no messages make no block');
  return block;
};

/** The rows of an Avro object container file, read by Avro's own decoder. */
const readContainer = async (file: Buffer) => {
  const decoder = new avro.streams.BlockDecoder();
  const rows: unknown[] = [];
  decoder.on('data', (row) => rows.push(row));
  const ended = once(decoder, 'end');
  new PassThrough().end(file).pipe(decoder);
  await ended;
  return rows;
};

describe('an insert', () => {
  const block = blockOf(messageOf([0, 1], { partition: 5 }), messageOf([2]), messageOf([7]));

  test('sends its rows as a file that Avro reads', async () => {
    const { client, tries } = clientWith();
    const insert = createInsert(client, TABLES, OWNER, 9, block);
    await insert.attempt();
    const rows = await readContainer(tries[0]?.body ?? Buffer.alloc(0));
    expect(rows.map((row) => ({ ...(row as object) }))).toEqual(
      [0, 1, 2, 7].map((offset) => ({ ...commonRowAt(offset), version: `v${offset}` })),
    );
    expect(insert).toMatchObject({ table: 'tiny_reports', rows: 4 });
  });

  test('sends the same bytes under the same id and token every time', async () => {
    const timeout = new Error('Timeout error.');
    const { client, tries } = clientWith(timeout, timeout, undefined);
    const { attempt } = createInsert(client, TABLES, OWNER, 9, block);
    await expect(attempt()).rejects.toThrow(RetryableError);
    await expect(attempt()).rejects.toThrow(RetryableError);
    await attempt();
    const [first, ...others] = tries;
    for (const other of others) {
      expect(other.body.equals(first?.body ?? Buffer.alloc(0))).toBe(true);
      expect({ ...other.params, values: null }).toEqual({ ...first?.params, values: null });
    }
    expect(others.length).toBe(2);
    const id = 'candor-insert/owner-1/9/3,5';
    expect(first?.params).toMatchObject({
      query_id: id,
      clickhouse_settings: { insert_deduplication_token: id, async_insert: 0, wait_end_of_query: 1 },
    });
  });

  test('is conditional on the partitions that its rows come from, and names columns and types', async () => {
    const { client, tries } = clientWith();
    await createInsert(client, TABLES, OWNER, 9, block).attempt();
    const query = tries[0]?.params.query ?? '';
    const names = formatOf().columns.join(', ');
    expect(query).toContain(`INSERT INTO candor.tiny_reports (${names}) SELECT ${names} FROM input('event_id UUID, `);
    expect(query).toContain("received_at DateTime64(3, \\'UTC\\'), ");
    expect(query).toContain(
      `WHERE partition IN (3, 5) GROUP BY partition) WHERE newest = '${OWNER}') != 2, 'fenced') = 0`,
    );
    expect(query.endsWith(' FORMAT Avro')).toBe(true);
  });

  test.each([
    ['of the fence', '395', PermanentError],
    ['of too many parts', '252', RetryableError],
  ])('refused because %s says so in its error', async (_what, code, kind) => {
    const { client } = clientWith(new ClickHouseError({ message: 'no', code, type: '' }));
    await expect(createInsert(client, TABLES, OWNER, 9, block).attempt()).rejects.toThrow(kind);
  });

  test('of a column that the sink does not know is not made up', () => {
    const { client } = clientWith();
    const format = { ...block.format, columns: [...block.format.columns, 'tomorrow'] };
    const create = () => createInsert(client, TABLES, OWNER, 9, { ...block, format });
    expect(create).toThrow(new PermanentError('tiny_reports.tomorrow came from a newer enricher: update the sink'));
  });
});
