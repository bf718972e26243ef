import { z } from 'zod';
import { brakeEnvironment } from '../runtime/brake.ts';
import { optionalWholeNumber, wholeNumber } from '../runtime/environment.ts';
import { MAX_INFLATION_RATIO } from '../runtime/inflate.ts';
import { secret } from '../runtime/secret.ts';
import { ADDRESS_HASHES } from './address-hash.ts';
import type { DocumentBounds } from './anonymize.ts';

/**
 * Largest inflated body: the report of 200,000 users and 50,000 branches takes 42 MB. The cleaned document must fit into a
 * message of `candor.anonymized` (96 MiB); numbers such as 1e15 grow when they are written out.
 */
const MAX_INFLATED_BYTES = 64 * 1024 * 1024;

/** Deepest document: ten times the deepest field of any contract; the Hasura CLI's error objects are deeper than that. */
const MAX_JSON_DEPTH = 64;

/** Keys of a document: the report of 200,000 users and 50,000 branches has 1.5 million. */
const MAX_JSON_KEYS = 4_000_000;

/** Elements of all arrays of a document: that report has 250,000. */
const MAX_JSON_ELEMENTS = 1_000_000;

/** Longest string: far above any stack trace that a console sends. */
const MAX_JSON_STRING_BYTES = 256 * 1024;

/** What an anonymizer in a process of its own needs: Redis may lose what it holds, and this key must not be lost. */
export const ownProcessEnvironment = {
  ANONYMIZER_SUPPRESSION_SALT: z
    .string({
      error: 'is missing: a random key that is kept as long as the tables, such as `openssl rand -hex 18` prints',
    })
    .pipe(secret),
};

/** Which documents are looked into at all. */
export const documentEnvironment = {
  ANONYMIZER_MAX_INFLATED_BYTES: wholeNumber(MAX_INFLATED_BYTES, 1),
  ANONYMIZER_MAX_INFLATION_RATIO: wholeNumber(MAX_INFLATION_RATIO, 1),
  ANONYMIZER_MAX_JSON_DEPTH: wholeNumber(MAX_JSON_DEPTH, 1),
  ANONYMIZER_MAX_JSON_KEYS: wholeNumber(MAX_JSON_KEYS, 1),
  ANONYMIZER_MAX_JSON_ELEMENTS: wholeNumber(MAX_JSON_ELEMENTS, 1),
  ANONYMIZER_MAX_JSON_STRING_BYTES: wholeNumber(MAX_JSON_STRING_BYTES, 1),
};

/** Where places are looked up. */
export const placeEnvironment = {
  /** A MaxMind-format file; the bundled country database when not set. */
  GEO_DATABASE: z.string().optional(),
};

/** The anonymizer's environment. */
export const anonymizerEnvironment = {
  ...brakeEnvironment,
  ...documentEnvironment,
  ...placeEnvironment,
  /** Longest wait for the state store, in ms; then the worker stops, with nothing lost, and can be started again. */
  ANONYMIZER_STATE_TIMEOUT_MS: wholeNumber(300_000, 1),
  /** Key of the names on the suppression list; one process with all parts keeps a random one in its data folder without it. */
  ANONYMIZER_SUPPRESSION_SALT: secret.optional(),
  /** Days after its build from which the place database is refused. */
  GEO_MAX_AGE_DAYS: optionalWholeNumber(1),
  /** How the addresses of products that keep a hash are hashed. */
  ADDRESS_HASH: z.enum(ADDRESS_HASHES).default('hmac'),
};

/** The bounds of documents, as configured. */
export const documentBounds = (config: z.output<z.ZodObject<typeof documentEnvironment>>): DocumentBounds => ({
  inflation: { maxBytes: config.ANONYMIZER_MAX_INFLATED_BYTES, maxRatio: config.ANONYMIZER_MAX_INFLATION_RATIO },
  json: {
    maxDepth: config.ANONYMIZER_MAX_JSON_DEPTH,
    maxKeys: config.ANONYMIZER_MAX_JSON_KEYS,
    maxElements: config.ANONYMIZER_MAX_JSON_ELEMENTS,
    maxStringBytes: config.ANONYMIZER_MAX_JSON_STRING_BYTES,
  },
});
