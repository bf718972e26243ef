import type { z } from 'zod';
import { fieldsOf } from '../../schemas/pack/fields.ts';

/** Says where a document breaks its contract. */
export interface Violation {
  /** Path of the first violation: `users.3.status`. */
  readonly path: string;
  /** The rule, as zod names it: `invalid_type`. */
  readonly rule: string;
}

/** Longest path in characters: longer than that of any field of any contract. */
const MAX_PATH_CHARS = 200;

/**
 * Creates the describer of a contract's violations. A path names only what the contract names; a key that a client made up
 * becomes a `*`, because it could hold anything.
 */
export const createDescribeViolation = (schema: z.ZodType): ((error: z.ZodError) => Violation) => {
  const names = new Set(fieldsOf(schema).flatMap(({ path }) => path.replaceAll('[]', '').split('.')));
  return ({ issues: [issue] }) => {
    const steps = issue?.path.map((step) => (typeof step === 'number' || names.has(String(step)) ? step : '*')) ?? [];
    return { path: steps.join('.').slice(0, MAX_PATH_CHARS), rule: issue?.code ?? 'custom' };
  };
};
