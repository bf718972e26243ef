/** Why an event is left out on purpose. */
export type DropReason = 'duplicate' | 'suppressed';

/** Why an event is invalid. Each reason is explained in docs/services/anonymizer.md. */
export const REJECT_REASONS = [
  'envelope_undecodable',
  'unknown_product',
  'unsupported_encoding',
  'inflate_failed',
  'inflated_too_large',
  'not_utf8',
  'json_too_deep',
  'json_too_many_keys',
  'json_too_many_elements',
  'json_string_too_long',
  'not_json',
  'undecodable',
  'unknown_kind',
  'contract_violation',
  'row_unencodable',
  'row_refused',
  'stage_failed',
] as const;

/** One of {@link REJECT_REASONS}. */
export type RejectReason = (typeof REJECT_REASONS)[number];

/** What a stage makes of one event. */
export type Outcome<Out> = { readonly kind: 'emit'; readonly event: Out } | Drop | Reject;

/** An event that is left out on purpose. */
export interface Drop {
  readonly kind: 'drop';
  readonly reason: DropReason;
  /** As in {@link Reject}. */
  readonly documentKind: string;
}

/** An invalid event; `detail` says where and which rule, never a value that a client sent. */
export interface Reject {
  readonly kind: 'reject';
  readonly reason: RejectReason;
  readonly detail: string;
  /** The kind of the document, such as `hasura.cli`; empty when it was refused before that was known. */
  readonly documentKind: string;
}

/** Leaves an event out. */
export const drop = (reason: DropReason, documentKind: string): Drop => ({ kind: 'drop', reason, documentKind });

/** Refuses an event. */
export const reject = (reason: RejectReason, detail = '', documentKind = ''): Reject => ({
  kind: 'reject',
  reason,
  detail,
  documentKind,
});
