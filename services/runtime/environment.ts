import { z } from 'zod';
import { StartError } from './errors.ts';

/** Digits only: what `Number` makes of white space (0), `0x50` or `1e3` is not what was meant. */
const digits = z
  .string()
  .regex(/^\d{1,15}$/, 'is no whole number')
  .transform(Number);

/** A TCP port; 0 lets the system choose. */
export const port = (fallback: number) => digits.pipe(z.number().max(65_535)).default(fallback);

/** A whole number of at least `min`. */
export const wholeNumber = (fallback: number, min = 0) => digits.pipe(z.number().min(min)).default(fallback);

/** A whole number of at least `min` that may be left out. */
export const optionalWholeNumber = (min = 0) => digits.pipe(z.number().min(min)).optional();

/** Prefixes of our own: a variable that starts with one and is not known is a typing mistake. */
const OWN_PREFIXES = ['EDGE_', 'ANONYMIZER_', 'ENRICHER_', 'SINK_', 'EVENT_LOG_', 'BRAKE_'];

/**
 * The configuration in `environment`, frozen. An empty value counts as not set.
 *
 * @throws StartError that names every variable that is unknown or does not parse.
 */
export const parseEnvironment = <S extends z.ZodRawShape>(
  shape: S,
  environment: Readonly<Record<string, string | undefined>>,
): Readonly<z.output<z.ZodObject<S>>> => {
  const set = Object.fromEntries(
    Object.entries(environment).filter(([, value]) => value !== undefined && value !== ''),
  );
  const unknown = Object.keys(set).filter(
    (name) => !(name in shape) && OWN_PREFIXES.some((own) => name.startsWith(own)),
  );
  if (unknown.length > 0) throw new StartError(`unknown environment variable ${unknown.join(', ')}`);
  const parsed = z.object(shape).safeParse(set);
  if (!parsed.success) {
    const lines = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
    throw new StartError(`the environment does not parse: ${lines.join('; ')}`);
  }
  return Object.freeze(parsed.data);
};

/** The configuration in the process's environment; the only place that reads it. */
export const readEnvironment = <S extends z.ZodRawShape>(shape: S): Readonly<z.output<z.ZodObject<S>>> =>
  parseEnvironment(shape, process.env);
