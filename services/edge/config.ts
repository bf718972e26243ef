import { z } from 'zod';
import { port, wholeNumber } from '../runtime/environment.ts';

/** Largest body on the wire: ten times the gzipped report of the largest installation we know of (200,000 users). */
const MAX_BODY_BYTES = 32 * 1024 * 1024;

/** Bodies that may be in memory at once; the rest is told to come back. */
const MAX_IN_FLIGHT_BYTES = 128 * 1024 * 1024;

/** A batch once it is inflated: what the anonymizer takes of one report. */
const MAX_INFLATED_BYTES = 64 * 1024 * 1024;

/** The edge's environment. */
export const edgeEnvironment = {
  EDGE_HOST: z.string().default('127.0.0.1'),
  EDGE_PORT: port(8080),
  EDGE_MAX_BODY_BYTES: wholeNumber(MAX_BODY_BYTES, 1),
  EDGE_MAX_INFLATED_BYTES: wholeNumber(MAX_INFLATED_BYTES, 1),
  EDGE_MAX_IN_FLIGHT_BYTES: wholeNumber(MAX_IN_FLIGHT_BYTES, 1),
  TRUSTED_PROXY_HOPS: wholeNumber(0),
  /** The header that these proxies write; the other one is whatever a client claims. */
  TRUSTED_PROXY_HEADER: z.enum(['x-forwarded-for', 'forwarded']).default('x-forwarded-for'),
};
