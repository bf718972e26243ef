import { z } from 'zod';
import type { FieldNote } from '../../schemas/pack/field.ts';

/** A document made up from its contract, and which of the contract's fields hold the text. */
export interface MadeDocument {
  readonly document: unknown;
  /** Paths as `fieldsOf` writes them. */
  readonly filled: ReadonlySet<string>;
}

/** What is put into a document. */
export interface Filling {
  /** Stands in every free text, and in fields that no contract lists: as their names and their values. */
  readonly text: string;
  /** Stands wherever else a contract takes a text: in place of words, versions, ids, and keys of maps. */
  readonly bare: string;
  /** The installation's own; it tells this document from all others, so that none is a repetition of another. */
  readonly id: string;
  /** Which of the shapes is made where a contract allows several. */
  readonly variant: number;
}

/** Most shapes that any field of any contract has. */
export const VARIANTS = 3;

/** What lawful clients could send; the first that a field takes is used. */
const LAWFUL: readonly unknown[] = ['fetch', 1, true, '2026-11-21T08:00:00Z', 'hasura_canary', []];

/** Keys of maps, likewise; the first holds a number wherever it may, as Hasura's samples want it. */
const KEYS = ['value', 'label', 'hasura_canary'] as const;

const join = (path: string, name: string): string => (path === '' ? name : `${path}.${name}`);

const takes = (schema: z.ZodType, value: unknown): boolean => schema.safeParse(value).success;

/** Longest name of a field that no contract lists. */
const MAX_NAME_CHARS = 120;

/** Makes the document of a contract that holds something wherever text may be, and in fields beside the known ones of each object. */
export const makeDocument = (contract: z.ZodType, { text, bare, id, variant }: Filling): MadeDocument => {
  const filled = new Set<string>();

  const leaf = (schema: z.ZodType, note: FieldNote | undefined, path: string): unknown => {
    if (note?.class === 'free_text') {
      filled.add(path);
      return text;
    }
    // Only the installation's own id must not be empty.
    if (note?.class === 'identifier' && !takes(schema, '') && takes(schema, id)) return id;
    if (takes(schema, bare)) {
      filled.add(path);
      return bare;
    }
    const options = schema instanceof z.ZodEnum ? schema.options : [];
    return [...options, ...LAWFUL].find((value) => takes(schema, value));
  };

  const make = (schema: z.ZodType, path: string, shape: number): unknown => {
    const note = schema.meta() as FieldNote | undefined;
    if (note?.class !== undefined) return leaf(schema, note, path);
    if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable)
      return make(schema.unwrap() as z.ZodType, path, shape);
    if (schema instanceof z.ZodObject) {
      const fields = Object.entries(schema.shape as Readonly<Record<string, z.ZodType>>);
      const known = fields.map(([name, field]) => [name, make(field, join(path, name), shape)]);
      const unlisted = { text, list: [text, { deep: text }], [text.slice(0, MAX_NAME_CHARS)]: true };
      return { ...Object.fromEntries(known), unlisted, [text.slice(0, MAX_NAME_CHARS)]: text };
    }
    if (schema instanceof z.ZodArray) {
      const elements = [make(schema.element as z.ZodType, `${path}[]`, shape)];
      return takes(schema, []) && !takes(schema, elements) ? [] : elements;
    }
    if (schema instanceof z.ZodRecord) {
      const keys = [...KEYS, bare].filter((key) => takes(schema.keyType as z.ZodType, key));
      const value = schema.valueType as z.ZodType;
      if (keys.includes(bare)) filled.add(join(path, '*key'));
      return Object.fromEntries(keys.map((key, index) => [key, make(value, join(path, '*'), index)]));
    }
    if (schema instanceof z.ZodUnion)
      return make(schema.options[shape % schema.options.length] as z.ZodType, path, shape);
    return LAWFUL.find((value) => takes(schema, value)) ?? null;
  };

  return { document: make(contract, '', variant), filled };
};

/** A document as its client sends it: Hasura's clients wrap theirs. */
export const asSent = (kind: string, document: unknown): unknown =>
  kind.startsWith('hasura.') ? { topic: 'canary', data: document } : document;
