import { type ClickHouseClient, ClickHouseError } from '@clickhouse/client';
import { type ClickHouseAccess, DATABASE, openClickHouse } from '../../infra/clickhouse/client.ts';
import { messageOf, PermanentError } from '../runtime/errors.ts';

/**
 * Tables as a person reads them: whole, without a column of row numbers. The server keeps an answer back until it is whole
 * (beyond a megabyte on disk), so that a query that fails half-way gives an error and no half answer.
 */
const SETTINGS: Readonly<Record<string, string>> = {
  output_format_pretty_max_rows: '1000',
  output_format_pretty_row_numbers: '0',
  output_format_pretty_grid_charset: 'UTF-8',
  wait_end_of_query: '1',
  http_response_buffer_size: '1048576',
  // Whoever leaves early ends the query as well.
  cancel_http_readonly_queries_on_client_close: '1',
};

/** Format of an answer: colours and all for a terminal, a plain table for a file or a pipe. */
export const readableFormat = (out: { readonly isTTY?: boolean }): string =>
  out.isTTY ? 'PrettyCompact' : 'PrettyCompactNoEscapes';

/** `Code: 60. DB::Exception: Unknown table … (UNKNOWN_TABLE) (version 26.7.2.1)` without what helps nobody, on one line. */
const readableException = (text: string): string =>
  text
    .replace(/^Code: \d+\. DB::Exception: /, '')
    .replace(/ \(version [^()]*(?:\([^()]*\))?\)\s*$/, '')
    .replace(/\s+/g, ' ')
    .trim();

/** @throws PermanentError when the query fails at once, or nothing answers. */
const exec = async (client: ClickHouseClient, url: string, sql: string, settings: Readonly<Record<string, string>>) => {
  try {
    return await client.exec({ query: sql, clickhouse_settings: settings });
  } catch (error) {
    if (error instanceof ClickHouseError)
      throw new PermanentError(readableException(`${error.message} (${error.type})`));
    const code = (error as NodeJS.ErrnoException).code ?? messageOf(error);
    throw new PermanentError(`no ClickHouse answers at ${url} (${code}): run npm start first, or set CLICKHOUSE_URL`);
  }
};

/** Not `stream.pipeline`: with an output that stays open it leaves its listeners there, answer by answer. */
const write = (out: NodeJS.WritableStream, chunk: Buffer): Promise<void> =>
  new Promise((resolve, reject) => {
    out.write(chunk, (error) => (error ? reject(error) : resolve()));
  });

/**
 * Asks ClickHouse and writes the answer to `out`, which stays open, as it arrives.
 *
 * @param format any format name of ClickHouse, for a query that states none
 * @throws PermanentError with one readable line when nothing answers there or the query fails.
 * @throws Error of `out` when it can't be written to, such as EPIPE.
 */
export const ask = async (
  access: ClickHouseAccess,
  sql: string,
  format: string,
  out: NodeJS.WritableStream & { readonly isTTY?: boolean },
): Promise<void> => {
  const client = openClickHouse(access);
  try {
    const colour = { output_format_pretty_color: out.isTTY ? '1' : '0' };
    const settings = { ...SETTINGS, ...colour, database: DATABASE, default_format: format };
    const { stream } = await exec(client, access.url, sql, settings);
    for await (const chunk of stream) await write(out, chunk as Buffer);
  } finally {
    await client.close();
  }
};
