import { z } from 'zod';
import { brakeEnvironment } from '../runtime/brake.ts';
import { optionalWholeNumber, wholeNumber } from '../runtime/environment.ts';
import { ADDRESS_HASHES } from './address-hash.ts';

/**
 * Largest inflated body: the report of 200,000 users and 50,000 branches takes 42 MB. The cleaned document must fit into a
 * message of `candor.anonymized` (96 MiB); numbers such as 1e15 grow when they are written out.
 */
const MAX_INFLATED_BYTES = 64 * 1024 * 1024;

/** The anonymizer's environment. */
export const anonymizerEnvironment = {
  ...brakeEnvironment,
  ANONYMIZER_MAX_INFLATED_BYTES: wholeNumber(MAX_INFLATED_BYTES, 1),
  /** Longest wait for the state store, in ms; then the worker stops, with nothing lost, and can be started again. */
  ANONYMIZER_STATE_TIMEOUT_MS: wholeNumber(300_000, 1),
  /** A MaxMind-format file; the bundled country database when not set. */
  GEO_DATABASE: z.string().optional(),
  /** Days after its build from which the place database is refused. */
  GEO_MAX_AGE_DAYS: optionalWholeNumber(1),
  /** How the addresses of products that keep a hash are hashed. */
  ADDRESS_HASH: z.enum(ADDRESS_HASHES).default('hmac'),
};
