import type { SchemaIds } from './registry/schema-ids.ts';
import { type RetryOptions, retrying } from './retry.ts';
import type { StateStore } from './state/state-store.ts';

/** A registry that is asked again for as long as it is away. */
export const retryingSchemaIds = (ids: SchemaIds, options: RetryOptions): SchemaIds => ({
  register: (subject, definition) => retrying(options, () => ids.register(subject, definition)),
  idOf: (subject, definition) => retrying(options, () => ids.idOf(subject, definition)),
  schemaOf: (id) => retrying(options, () => ids.schemaOf(id)),
  close: () => ids.close(),
});

/** A state store that is asked again while it is away, within the bound of `options`. */
export const retryingStateStore = (state: StateStore, options: RetryOptions): StateStore => ({
  createOnce: (key, value, ttlMs) => retrying(options, () => state.createOnce(key, value, ttlMs)),
  createOnceMany: (entries, ttlMs) => retrying(options, () => state.createOnceMany(entries, ttlMs)),
  raiseMany: (marks, ttlMs) => retrying(options, () => state.raiseMany(marks, ttlMs)),
  getMany: (keys) => retrying(options, () => state.getMany(keys)),
  close: () => state.close(),
});
