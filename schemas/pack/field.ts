import { z } from 'zod';
import { SHAPES, type Shape } from './shape.ts';

/**
 * What a field is, as the privacy report names it.
 *
 * - `identifier`: a random id of an installation, an instance, a run or a licence
 * - `pseudonym`: a technical id of a person or a thing inside an installation
 * - `configuration`: how the installation is set up
 * - `usage`: counts, durations and outcomes
 * - `time`: when something happened there
 * - `free_text`: text whose contents its sender does not control; scrubbed before it is written anywhere
 */
export type FieldClass = 'identifier' | 'pseudonym' | 'configuration' | 'usage' | 'time' | 'free_text';

/** Class of a field and what it is collected for; stated for every leaf of a contract. */
export interface FieldNote {
  readonly class: FieldClass;
  readonly purpose: string;
  /** What short texts must look like to be kept; text without one is free text, or what its schema spells out. */
  readonly shape?: Shape;
}

/** Longest short text in characters: longer than any id, version or enumeration the five products send. */
export const MAX_WORD_CHARS = 512;

/** Longest free text in characters: room for a JavaScript stack of some 100 frames. */
export const MAX_TEXT_CHARS = 16_384;

/** Most elements of one array: twice the largest installation that we want to accept (200,000 users). */
export const MAX_ELEMENTS = 500_000;

/** Largest whole number, either way: avsc, which encodes them, takes one less than JavaScript's own bound. */
export const MAX_INTEGER = Number.MAX_SAFE_INTEGER - 1;

const noted = <S extends z.ZodType>(schema: S, fieldClass: FieldClass, purpose: string): S =>
  schema.meta({ class: fieldClass, purpose });

/** Short text of a shape. */
const shaped = (schema: z.ZodString, shape: Shape, fieldClass: FieldClass, purpose: string): z.ZodString =>
  schema.max(MAX_WORD_CHARS).meta({ class: fieldClass, purpose, shape } satisfies FieldNote);

/** A short string of an open set: an edition, a language, a name in an enumeration. Vendors may add values. */
export const word = (
  fieldClass: 'configuration' | 'usage' | 'time',
  purpose: string,
  shape: Shape = SHAPES.word,
): z.ZodString => shaped(z.string(), shape, fieldClass, purpose);

/** The version of a product, a part of it or what it runs on, as its maker writes it. */
export const version = (purpose: string): z.ZodString => word('configuration', purpose, SHAPES.version);

/** A random id as text; several products send ids that are not UUIDs. May be empty where the contract says so. */
export const identifier = (purpose: string): z.ZodString => shaped(z.string(), SHAPES.id, 'identifier', purpose);

/** A technical id of a person or a thing inside an installation. */
export const pseudonym = (purpose: string): z.ZodString => shaped(z.string(), SHAPES.id, 'pseudonym', purpose);

/** The id that names the installation: never empty. */
export const installationId = (purpose: string): z.ZodString =>
  shaped(z.string().min(1), SHAPES.id, 'identifier', purpose);

/** Text that may hold anything, such as an error message or a version with a host name: scrubbed. */
export const freeText = (purpose: string, maxChars: number = MAX_TEXT_CHARS): z.ZodString =>
  noted(z.string().max(maxChars), 'free_text', purpose);

/**
 * Free text of any length, of which the scrubbing keeps the first {@link MAX_TEXT_CHARS}: cut before, a secret in two would not
 * be recognised any more.
 */
export const longText = (purpose: string): z.ZodString => noted(z.string(), 'free_text', purpose);

/** A count of something: a whole number from 0 to {@link MAX_INTEGER}. */
export const count = (purpose: string): z.ZodNumber =>
  noted(z.number().int().min(0).max(MAX_INTEGER), 'usage', purpose);

/** A whole number that may be negative, of at most {@link MAX_INTEGER} either way. */
export const integer = (fieldClass: FieldClass, purpose: string): z.ZodNumber =>
  noted(z.number().int().min(-MAX_INTEGER).max(MAX_INTEGER), fieldClass, purpose);

/** Any finite number. */
export const decimal = (fieldClass: FieldClass, purpose: string): z.ZodNumber => noted(z.number(), fieldClass, purpose);

/** A switch. */
export const flag = (fieldClass: FieldClass, purpose: string): z.ZodBoolean => noted(z.boolean(), fieldClass, purpose);

/** An ISO 8601 date and time with an offset, with or without a colon in it (`+0000`, `+00:00`, `Z`). */
export const dateTime = (purpose: string): z.ZodString =>
  noted(
    z
      .string()
      .max(64)
      .regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:[.,]\d{1,9})?(?:Z|[+-]\d{2}:?\d{2})$/),
    'time',
    purpose,
  );

/** A point in time as milliseconds since 1970, as some clients send it. */
export const epochMillis = (purpose: string): z.ZodNumber => integer('time', purpose);

/** An array of at most {@link MAX_ELEMENTS} elements. */
export const list = <S extends z.ZodType>(element: S): z.ZodArray<S> => z.array(element).max(MAX_ELEMENTS);
