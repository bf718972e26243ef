import { z } from 'zod';
import { scrubText } from './scrub-text.ts';

/** Adds the paths of what a part of a contract does not list. */
type Find = (value: unknown, path: string, found: Set<string>) => void;

/** The paths that a document has and its contract has not: `users[].theme`, `bridge.*.qos`. Values are never looked at. */
export type FindUnknownFields = (document: unknown) => readonly string[];

/** Most paths of one report: more than any release of a product has added at once. */
const MAX_PATHS = 32;

/** Elements of an array that are looked at: what a new release adds is in all of them, or nearly so. */
const MAX_ELEMENTS_SEEN = 20;

/** Longest name in characters: longer than any name in the five contracts. */
const MAX_NAME_CHARS = 48;

/** A name as programmers give it. Many digits, dots and signs are rather a value that became a key: a host, an id, a token. */
const NAME = /^[A-Za-z_]+(?:(?:-|\d{1,2})[A-Za-z_]+){0,4}\d{0,2}$/;

const nameOf = (key: string): string =>
  key.length <= MAX_NAME_CHARS && NAME.test(key) && scrubText(key, new Map()) === key ? key : '*';

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const findInFields =
  (fields: ReadonlyMap<string, Find | undefined>): Find =>
  (value, path, found) => {
    if (!isObject(value)) return;
    const start = path === '' ? '' : `${path}.`;
    for (const key of Object.keys(value)) {
      if (found.size >= MAX_PATHS) return;
      if (!fields.has(key)) found.add(start + nameOf(key));
      else fields.get(key)?.(value[key], start + key, found);
    }
  };

/** What finds unknown fields in a part of a contract; undefined where there can be none. */
const compile = (schema: z.ZodType): Find | undefined => {
  if (schema instanceof z.ZodObject) {
    const shape = Object.entries(schema.shape as Readonly<Record<string, z.ZodType>>);
    return findInFields(new Map(shape.map(([name, field]) => [name, compile(field)])));
  }
  if (schema instanceof z.ZodArray) {
    const find = compile(schema.element as z.ZodType);
    return (
      find &&
      ((value, path, found) => {
        if (Array.isArray(value))
          for (const element of value.slice(0, MAX_ELEMENTS_SEEN)) find(element, `${path}[]`, found);
      })
    );
  }
  if (schema instanceof z.ZodRecord) {
    const find = compile(schema.valueType as z.ZodType);
    return (
      find &&
      ((value, path, found) => {
        if (!isObject(value)) return;
        for (const entry of Object.values(value).slice(0, MAX_ELEMENTS_SEEN)) find(entry, `${path}.*`, found);
      })
    );
  }
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable) return compile(schema.unwrap() as z.ZodType);
  if (schema instanceof z.ZodUnion) {
    const options = schema.options.map((option) => ({
      option: option as z.ZodType,
      find: compile(option as z.ZodType),
    }));
    if (options.every(({ find }) => find === undefined)) return undefined;
    // What is unknown depends on which of them the contract took: the first that fits.
    return (value, path, found) =>
      options.find(({ option }) => option.safeParse(value).success)?.find?.(value, path, found);
  }
  return undefined;
};

/**
 * Compiles the search for what a contract does not list, once; for documents that have passed the contract. Only the first unknown
 * name on each path is told, never one below it: the keys there may be data.
 */
export const createFindUnknownFields = (schema: z.ZodType): FindUnknownFields => {
  const find = compile(schema);
  return (document) => {
    const found = new Set<string>();
    find?.(document, '', found);
    return [...found];
  };
};
