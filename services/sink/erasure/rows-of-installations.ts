import { createHash, randomBytes } from 'node:crypto';
import type { ClickHouseClient } from '@clickhouse/client';
import { DATABASE } from '../../../infra/clickhouse/client.ts';
import { type OpenRequest, untilOf } from './requests.ts';

/** Rows by request (its event's id), and in there by table. */
export type RowCounts = ReadonlyMap<string, Readonly<Record<string, number>>>;

/**
 * The rows of the installations of some requests, as SQL. What is asked of a server stays in its logs and, for a mutation, in the
 * table's folder: so an installation is named there by a hash under a salt that is used once.
 */
export class RowsOfInstallations {
  readonly #clickhouse: ClickHouseClient;
  readonly #tables: readonly string[];
  readonly #requests: readonly OpenRequest[];
  readonly #salt = randomBytes(16).toString('hex');
  readonly #name: string;
  readonly #condition: string;

  constructor(clickhouse: ClickHouseClient, tables: readonly string[], requests: readonly OpenRequest[]) {
    this.#clickhouse = clickhouse;
    this.#tables = tables;
    this.#requests = requests;
    const untils = new Map<string, number>();
    for (const request of requests) {
      const name = this.#nameOf(request);
      untils.set(name, Math.max(untils.get(name) ?? 0, untilOf(request)));
    }
    const names = [...untils.keys()].map((name) => `'${name}'`).join(', ');
    this.#name = `lower(hex(SHA256(concat('${this.#salt}/', product, '/', installation_id))))`;
    this.#condition =
      `installation_id != '' AND toUnixTimestamp64Milli(received_at) <= ` +
      `transform(${this.#name}, [${names}], [${[...untils.values()].join(', ')}], toInt64(-1))`;
  }

  /** How many there are. */
  async count(): Promise<RowCounts> {
    const selects = this.#tables.map(
      (table) =>
        `SELECT '${table}' AS table, ${this.#name} AS name, count() AS rows
        FROM ${DATABASE}.${table} WHERE ${this.#condition} GROUP BY name`,
    );
    const rows: { readonly table: string; readonly name: string; readonly rows: number }[] = [];
    for (const query of selects) {
      const result = await this.#clickhouse.query({
        query,
        format: 'JSONEachRow',
        clickhouse_settings: { output_format_json_quote_64bit_integers: 0 },
      });
      rows.push(...(await result.json<(typeof rows)[number]>()));
    }
    const countsOf = (request: OpenRequest): Record<string, number> => {
      const name = this.#nameOf(request);
      return Object.fromEntries(rows.filter((row) => row.name === name).map((row) => [row.table, row.rows]));
    };
    return new Map(this.#requests.map((request) => [request.event_id, countsOf(request)]));
  }

  /** Removes those of `tables` for good: their parts are written anew without them. Resolves when every replica has done so. */
  async remove(tables: Iterable<string>): Promise<void> {
    for (const table of tables) {
      await this.#clickhouse.command({
        query: `ALTER TABLE ${DATABASE}.${table} DELETE WHERE ${this.#condition}`,
        clickhouse_settings: { mutations_sync: '2' },
      });
    }
  }

  #nameOf({ product, installation_id }: OpenRequest): string {
    return createHash('sha256').update(`${this.#salt}/${product}/${installation_id}`).digest('hex');
  }
}
