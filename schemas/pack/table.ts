/** Scalar ClickHouse types that a column may have. Counts are 64 bits wide, so that no client value can overflow one. */
export type ScalarType =
  | 'String'
  | 'UUID'
  | 'Bool'
  | 'UInt8'
  | 'UInt16'
  | 'UInt32'
  | 'UInt64'
  | 'Int32'
  | 'Int64'
  | 'Float64'
  | 'Date'
  | 'DateTime64(3)';

/** All ClickHouse types that a column may have. */
export type ColumnType =
  | ScalarType
  | 'LowCardinality(String)'
  | 'LowCardinality(Nullable(String))'
  | `Nullable(${Exclude<ScalarType, 'UUID'>})`
  | 'Array(String)'
  | 'Array(LowCardinality(String))'
  | 'Array(UInt32)'
  | 'Map(String, String)'
  | 'Map(LowCardinality(String), UInt64)';

/** The type as ClickHouse is told it: times in UTC, whatever the server's own time zone is. */
export const clickHouseType = (type: ColumnType): string => type.replace('DateTime64(3)', "DateTime64(3, 'UTC')");

/** The JavaScript value of a column: times in ms since 1970, dates in days since 1970. */
export type ValueOf<T extends string> = T extends `Nullable(${infer U})`
  ? ValueOf<U> | null
  : T extends `LowCardinality(${infer U})`
    ? ValueOf<U>
    : T extends `Array(${infer U})`
      ? readonly ValueOf<U>[]
      : T extends 'Map(String, String)'
        ? Readonly<Record<string, string>>
        : T extends 'Map(LowCardinality(String), UInt64)'
          ? Readonly<Record<string, number>>
          : T extends 'String' | 'UUID'
            ? string
            : T extends 'Bool'
              ? boolean
              : number;

/** One column of a table. */
export interface Column<T extends ColumnType = ColumnType> {
  readonly type: T;
  readonly comment: string;
  /** Compression chain, as ClickHouse writes it. */
  readonly codec: string;
}

/** The columns of a table by name, in order. */
export type Columns = Readonly<Record<string, Column>>;

/** One row of a table as a pack's flattening makes it: every column of the pack, none of the common ones. */
export type RowOf<C extends Columns> = { readonly [Name in keyof C]: ValueOf<C[Name]['type']> };

/** A table of the database `candor`. */
export interface Table<C extends Columns = Columns> {
  readonly comment: string;
  /** The pack's own columns; the common ones come in front of them. */
  readonly columns: C;
  /** Columns of the sorting key behind day, installation, time and event: the array index where there is one. */
  readonly orderBy: readonly string[];
}

/** Times grow slowly within a part, so their differences compress; everything else is what zstd is good at. */
const defaultCodec = (type: ColumnType): string => (type.includes('DateTime64') ? 'Delta(8), ZSTD(1)' : 'ZSTD(1)');

/** A column of `type`; `comment` is a sentence for the person who reads `DESCRIBE TABLE`. */
export const column = <const T extends ColumnType>(
  type: T,
  comment: string,
  codec: string = defaultCodec(type),
): Column<T> => ({ type, comment, codec });

/** A table; `orderBy` names the columns that follow the common part of the sorting key. */
export const table = <const C extends Columns>(
  comment: string,
  columns: C,
  orderBy: readonly (keyof C & string)[] = [],
): Table<C> => ({ comment, columns, orderBy });

/** The columns that every row of every table has in front of its own. */
export const COMMON_COLUMNS = {
  event_id: column('UUID', 'Random id of the event, given by the edge; the same in all rows of one report'),
  product: column('LowCardinality(String)', 'Product that reported'),
  installation_id: column('String', 'Random id of the installation as the product sends it; empty when it sent none'),
  received_at: column('DateTime64(3)', 'When the edge received the report, UTC'),
  country: column(
    'LowCardinality(String)',
    'ISO 3166-1 alpha-2 code of the place the report came from; empty when unknown',
  ),
  geo_build: column(
    'Nullable(Date)',
    'Build date of the place database that gave the country; null when the address was unknown',
  ),
  _generation: column('LowCardinality(String)', 'Lineage: name of the raw log that gave partition and offset'),
  _partition: column('UInt16', 'Lineage: partition of the event in the raw log'),
  _offset: column('UInt64', 'Lineage: offset of the event in its partition of the raw log', 'Delta(8), ZSTD(1)'),
} as const satisfies Columns;

/** The values of the common columns of one event. */
export type CommonRow = RowOf<typeof COMMON_COLUMNS>;

/** All columns of a table in order: the common ones, then its own. */
export const allColumns = (definition: Table): Columns => ({ ...COMMON_COLUMNS, ...definition.columns });

/**
 * The sorting key: by day first, so that a question about one day over all installations reads that day only, then by
 * installation, so that the history of one reads a few granules of each day.
 */
export const sortingKey = (definition: Table): readonly string[] => [
  'toDate(received_at)',
  'installation_id',
  'received_at',
  'event_id',
  ...definition.orderBy,
];
