import type { z } from 'zod';
import type { Columns, RowOf, Table } from './table.ts';

/** A kind of report: the allow-list of its fields, and which of them names the installation. */
export interface Contract<S extends z.ZodType = z.ZodType> {
  readonly schema: S;
  /** The installation's id in a document that passed the schema; empty when the product sent none. */
  installationId(document: z.output<S>): string;
  /** See {@link Identity}. */
  readonly identity: Identity<z.output<S>>;
}

/**
 * What a report has again when its client sends it again, and no other report of its kind has within two days: `null` when there
 * is no such thing, so that every report counts. A client that sends the same values every day needs the day in it.
 */
export type Identity<Document> = (document: Document, receivedAtMs: number) => string | null;

/** States a contract; ties the type of the document to the schema. */
export const contract = <S extends z.ZodType>(
  schema: S,
  installationId: (document: z.output<S>) => string,
  identity: Identity<z.output<S>> = () => null,
): Contract<S> => ({ schema, installationId, identity });

/** The contracts of a product by kind, such as `hasura.cli`. */
export type Contracts = Readonly<Record<string, Contract>>;

/** What a product's documentation promises about its senders' data. */
export interface PrivacyPolicy {
  /** `drop`: the address only becomes a place. `hash`: a keyed hash is kept beside it, where the documentation says so. */
  readonly address: 'drop' | 'hash';
  /** The finest place that is kept: the country stands in every row, a region where the pack's tables have a column for it. */
  readonly place: 'country' | 'region';
  /** Whether free text loses phone numbers as well: asked for where people type, because numbers of other kinds go with them. */
  readonly scrubPhoneNumbers?: boolean;
  /** How long rows are kept, in days after receipt: `default`, and by name the tables that differ. */
  readonly retentionDays: { readonly default: number; readonly [table: string]: number };
  /** Where these promises come from. */
  readonly source: string;
}

/** How long the rows of a table are kept, in days after receipt. */
export const retentionDaysOf = ({ retentionDays }: PrivacyPolicy, table: string): number =>
  retentionDays[table] ?? retentionDays.default;

/** How a body becomes a document. */
export type Decoder = (body: Buffer) => unknown;

/** How a report is turned away that may be sent again: with a status, and the time to wait where clients mind it. */
export interface BusyAnswer {
  readonly status: 429 | 500 | 503;
  readonly retryAfterSeconds?: number;
}

/** One door of the edge that a product's clients know. */
export interface Endpoint {
  readonly method: 'POST' | 'DELETE';
  readonly path: string;
  /** Names that clients post to; needed only where a path alone does not tell the product. */
  readonly hosts?: readonly string[];
  /** A `websocket` is opened at the path, and each text frame is a report, as if it had been posted. */
  readonly transport?: 'websocket';
  /** Body to document; JSON when not given. Throws what can't be decoded; its message is never kept. */
  readonly decode?: Decoder;
  /**
   * What suits the clients when a report can't be made durable now: an answer, or `cut` for those that take any answer for
   * success and try again only when the connection breaks. 503 and a Retry-After of 5 s when not given.
   */
  readonly whenBusy?: 'cut' | BusyAnswer;
  /**
   * What suits the clients when a report will never be taken: the problem, or `ok` (200 without a receipt) for those that send
   * it again and again and bother their users until they hear 200. The problem when not given.
   */
  readonly whenInvalid?: 'problem' | 'ok';
  /** Whether pages of any origin may post here: preflights are answered, and every origin is allowed. */
  readonly fromBrowsers?: boolean;
}

/** Which kind a document is, and the document without its wire envelope; undefined for a shape that no client sends. */
export type Classify = (document: unknown) => { readonly kind: string; readonly document: unknown } | undefined;

/** How a product's real clients speak. */
export interface Wire {
  readonly endpoints: readonly Endpoint[];
  readonly classify: Classify;
}

/** What flattening may use besides the document. */
export interface FlattenContext {
  /** When the edge received the report, ms since 1970. */
  readonly receivedAtMs: number;
  /** Keyed hash of the client address, where the policy keeps one. */
  readonly addressHash: string | null;
  /** ISO 3166-2 code, empty when unknown; null where the policy keeps no region. */
  readonly region: string | null;
}

/** Tables of a product by name. */
export type Tables = Readonly<Record<string, Table>>;

/** The rows of one report by table, in the order of its arrays. */
export type RowsByTable<T extends Tables> = {
  readonly [Name in keyof T]?: readonly RowOf<T[Name]['columns']>[];
};

/** Turns a document into rows; pure. One function per kind of the contracts `C`, into the tables `T`. */
export type Flatteners<C extends Contracts, T extends Tables> = {
  readonly [K in keyof C]: (document: z.output<C[K]['schema']>, context: FlattenContext) => RowsByTable<T>;
};

/** A flattener whose types are no longer known: what the enricher calls. */
export type Flatten = (
  document: unknown,
  context: FlattenContext,
) => Readonly<Record<string, readonly RowOf<Columns>[] | undefined>>;

/** A product as the pipeline sees it. */
export interface ProductPack {
  readonly product: string;
  readonly contracts: Contracts;
  readonly privacy: PrivacyPolicy;
  readonly wire: Wire;
  readonly tables: Tables;
  readonly flatten: Readonly<Record<string, Flatten>>;
}

/** Whether a document is a JSON object: the first question of every classification. */
export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
