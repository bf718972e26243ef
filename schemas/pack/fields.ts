import { z } from 'zod';
import type { FieldNote } from './field.ts';

/** A leaf of a contract: its path (`[]` for elements, `*` for values of a map, `*key` for its keys) and its note. */
export interface Field {
  readonly path: string;
  readonly note: FieldNote | undefined;
  readonly schema: z.ZodType;
}

const noteOf = (schema: z.ZodType): FieldNote | undefined => schema.meta() as FieldNote | undefined;

const join = (path: string, name: string): string => (path === '' ? name : `${path}.${name}`);

/** Every leaf of a contract, for the rule that each states its class and purpose, and for the privacy report. */
export const fieldsOf = (schema: z.ZodType, path = ''): Field[] => {
  if (noteOf(schema) !== undefined) return [{ path, note: noteOf(schema), schema }];
  if (schema instanceof z.ZodObject) {
    const shape = schema.shape as Readonly<Record<string, z.ZodType>>;
    return Object.entries(shape).flatMap(([name, field]) => fieldsOf(field, join(path, name)));
  }
  if (schema instanceof z.ZodArray) return fieldsOf(schema.element as z.ZodType, `${path}[]`);
  if (schema instanceof z.ZodRecord) {
    return [
      ...fieldsOf(schema.keyType as z.ZodType, join(path, '*key')),
      ...fieldsOf(schema.valueType as z.ZodType, join(path, '*')),
    ];
  }
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable)
    return fieldsOf(schema.unwrap() as z.ZodType, path);
  if (schema instanceof z.ZodUnion) return schema.options.flatMap((option) => fieldsOf(option as z.ZodType, path));
  if (schema instanceof z.ZodLiteral || schema instanceof z.ZodNull || schema instanceof z.ZodUndefined) return [];
  return [{ path, note: undefined, schema }];
};
