import { z } from 'zod';
import { flag, installationId } from '../pack/field.ts';
import { isObject } from '../pack/pack.ts';

/**
 * Fewest characters of an id whose knowledge is proof enough: the shortest that a product makes at random. SonarQube's have 20
 * characters, of which a counter and a key of the process make 72 bits; most others are UUIDs of 122 bits. A million
 * installations and a thousand tries a second would take 64 bits 300 years.
 */
export const MIN_PROOF_CHARS = 20;

/** A request to remove what is stored of an installation. */
export const erasureRequest = z
  .object({
    id: installationId('Whose rows are removed'),
    /** Also what comes later is kept out: an operator's decision. Without it, only what was received until then. */
    forever: flag('configuration', 'Whether later reports are kept out as well'),
  })
  .refine(({ id, forever }) => forever || id.length >= MIN_PROOF_CHARS, { path: ['id'] });

/** See {@link erasureRequest}. */
export type ErasureRequest = z.output<typeof erasureRequest>;

/** The document of a request, as it travels on behind the anonymizer. */
export interface Erasure {
  readonly forever: boolean;
  /** Name of the entry on the suppression list: a keyed hash of product and id. */
  readonly suppression: string;
}

/** The kind of a product's requests for erasure. */
export const erasureKind = (product: string): string => `${product}.erasure`;

/** The edge's own door for requests of a product, as a raw event names it; on the wire the id follows. */
export const installationsPath = (product: string): string => `/v1/installations/${product}`;

/** What a `DELETE` asks for. Only the edge itself, at its own door, can ask for more than a client's opt-out. */
export const readErasure = (door: string, product: string, document: unknown): unknown =>
  door === installationsPath(product) || !isObject(document) ? document : { ...document, forever: false };

/** When a suppression without an end ends, in ms since 1970: later than any report. */
export const FOREVER_MS = Number.MAX_SAFE_INTEGER;
