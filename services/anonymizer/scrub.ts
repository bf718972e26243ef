import { z } from 'zod';
import type { FieldNote } from '../../schemas/pack/field.ts';
import type { Shape } from '../../schemas/pack/shape.ts';
import { DETECTORS, type Detector } from './detectors.ts';
import { type Found, scrubText } from './scrub-text.ts';

/** Cleans a value of a document and returns what takes its place; arrays and objects are changed in place. */
type Scrub = (value: unknown, found: Found) => unknown;

/** A document with free text in it, and the counts of what was found there. */
export type DocumentScrubber = (document: unknown) => Found;

const scrubFields =
  (fields: readonly (readonly [string, Scrub])[]): Scrub =>
  (value, found) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
    const object = value as Record<string, unknown>;
    for (const [name, scrub] of fields) {
      if (object[name] !== undefined) object[name] = scrub(object[name], found);
    }
    return value;
  };

const scrubElements =
  (scrub: Scrub): Scrub =>
  (value, found) => {
    if (Array.isArray(value))
      value.forEach((element, index) => {
        value[index] = scrub(element, found);
      });
    return value;
  };

const scrubEntries =
  (scrubKey: Scrub | undefined, scrubValue: Scrub | undefined): Scrub =>
  (value, found) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(
          Object.entries(value).map(([key, entry]) => [
            scrubKey ? String(scrubKey(key, found)) : key,
            scrubValue ? scrubValue(entry, found) : entry,
          ]),
        )
      : value;

/** What is done with a text, by what its field's note says. */
type ScrubLeaf = (note: FieldNote) => Scrub | undefined;

/** The scrubbing that a part of a contract needs; undefined where no text is below it that could hold anything. */
const compile = (schema: z.ZodType, scrubLeaf: ScrubLeaf): Scrub | undefined => {
  const note = schema.meta() as FieldNote | undefined;
  if (note?.class !== undefined) return scrubLeaf(note);
  if (schema instanceof z.ZodObject) {
    const fields = Object.entries(schema.shape as Readonly<Record<string, z.ZodType>>).flatMap(([name, field]) => {
      const scrub = compile(field, scrubLeaf);
      return scrub ? [[name, scrub] as const] : [];
    });
    return fields.length > 0 ? scrubFields(fields) : undefined;
  }
  if (schema instanceof z.ZodArray) {
    const scrub = compile(schema.element as z.ZodType, scrubLeaf);
    return scrub && scrubElements(scrub);
  }
  if (schema instanceof z.ZodRecord) {
    const key = compile(schema.keyType as z.ZodType, scrubLeaf);
    const value = compile(schema.valueType as z.ZodType, scrubLeaf);
    return key || value ? scrubEntries(key, value) : undefined;
  }
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable)
    return compile(schema.unwrap() as z.ZodType, scrubLeaf);
  if (schema instanceof z.ZodUnion) {
    const options = schema.options
      .map((option) => compile(option as z.ZodType, scrubLeaf))
      .filter((scrub) => scrub !== undefined);
    // Each option leaves alone what isn't of its shape, so all of them may have a go.
    return options.length > 0
      ? (value, found) => options.reduce((clean, scrub) => scrub(clean, found), value)
      : undefined;
  }
  return undefined;
};

/** Counts texts that have not the shape of their field, as detectors' names count finds. */
const OTHER = 'other';

/** A short text of its field's shape, with a marker for what was found in it; or what stands instead of another. */
const scrubShaped = (text: string, shape: Shape, found: Found, detectors: readonly Detector[]): string => {
  if (shape.plain?.test(text)) return text;
  if (!shape.pattern.test(text)) {
    found.set(OTHER, (found.get(OTHER) ?? 0) + 1);
    return shape.instead;
  }
  const clean = scrubText(text, found, detectors);
  return clean === text || shape.instead !== '' ? clean : '';
};

/** Compiles the scrubbing of a contract's texts, once; it changes documents that have passed the contract. */
export const createScrubber = (schema: z.ZodType, detectors: readonly Detector[] = DETECTORS): DocumentScrubber => {
  const scrub = compile(schema, ({ class: fieldClass, shape }) => {
    if (shape)
      return (value, found) => (typeof value === 'string' ? scrubShaped(value, shape, found, detectors) : value);
    if (fieldClass !== 'free_text') return undefined;
    return (value, found) => (typeof value === 'string' ? scrubText(value, found, detectors) : value);
  });
  return (document) => {
    const found: Found = new Map();
    scrub?.(document, found);
    return found;
  };
};
