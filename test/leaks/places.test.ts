import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ClickHouseServer, startClickHouse } from '../support/clickhouse.ts';
import { CLICKHOUSE_LOGS } from './clickhouse-logs.ts';
import { tablesPlace } from './places.ts';

let server: ClickHouseServer;

beforeAll(async () => {
  server = await startClickHouse(CLICKHOUSE_LOGS);
});

afterAll(() => server?.close());

const ask = async (query: string): Promise<number> => {
  const { url, username, password } = server.admin;
  const headers = { 'x-clickhouse-user': username, 'x-clickhouse-key': password };
  return (await fetch(url, { method: 'POST', body: query, headers })).status;
};

const tablesWith = async (text: string): Promise<string[]> => {
  const names: string[] = [];
  for await (const part of tablesPlace('tables', server.admin).read())
    if (part.includes(text)) names.push(part.toString().split('\n', 1)[0] ?? '');
  return names;
};

test('a word of a query is found in the log of queries', async () => {
  expect(await ask(`SELECT 'word-of-a-query'`)).toBe(200);
  expect(await tablesWith('word-of-a-query')).toEqual(['system.query_log']);
});

test('a value that an error quotes is found among the errors', async () => {
  expect(await ask(`SELECT toUInt8('value-in-an-error')`)).toBe(400);
  expect(await tablesWith('value-in-an-error')).toEqual(
    expect.arrayContaining(['system.errors', 'system.query_log', 'system.error_log']),
  );
});

test('a value of a table that no list names is found', async () => {
  await ask(`CREATE TABLE default.notes (text String) ENGINE = MergeTree ORDER BY text`);
  await ask(`INSERT INTO default.notes VALUES ('value-in-a-row')`);
  expect(await tablesWith('value-in-a-row')).toEqual(['default.notes']);
});
