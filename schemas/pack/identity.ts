import { createHash } from 'node:crypto';

const DAY_MS = 86_400_000;

/** The UTC day of a point in time, in days since 1970: part of the identity of what a client says anew every day. */
export const dayOf = (atMs: number): number => Math.floor(atMs / DAY_MS);

/** SHA-256 of a document that passed its contract, or of a part of it: equal bytes of a client give equal digests. */
export const digestOf = (document: unknown): string =>
  createHash('sha256').update(JSON.stringify(document)).digest('base64url');
