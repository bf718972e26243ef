import { z } from 'zod';
import { port, wholeNumber } from '../runtime/environment.ts';
import { Secret } from '../runtime/secret.ts';

/** Largest body on the wire: ten times the gzipped report of the largest installation we know of (200,000 users). */
const MAX_BODY_BYTES = 32 * 1024 * 1024;

/** Bodies that may be in memory at once; the rest is told to come back. */
const MAX_IN_FLIGHT_BYTES = 128 * 1024 * 1024;

/** A batch once it is inflated: what the anonymizer takes of one report. */
const MAX_INFLATED_BYTES = 64 * 1024 * 1024;

/** Fewest characters of the operator's token: 96 bits where they are base64, 64 where they are hex. */
const MIN_TOKEN_CHARS = 16;

/** A list of networks in CIDR notation, separated by commas. */
const networks = z
  .string()
  .transform((list) => list.split(',').map((network) => network.trim()))
  .pipe(z.array(z.union([z.cidrv4(), z.cidrv6()], 'must be networks such as 10.0.0.0/8, separated by commas')));

/** The edge's environment. Why each default is as it is stands in docs/services/edge.md. */
export const edgeEnvironment = {
  EDGE_HOST: z.string().default('127.0.0.1'),
  EDGE_PORT: port(8080),
  EDGE_MAX_BODY_BYTES: wholeNumber(MAX_BODY_BYTES, 1),
  EDGE_MAX_INFLATED_BYTES: wholeNumber(MAX_INFLATED_BYTES, 1),
  EDGE_MAX_IN_FLIGHT_BYTES: wholeNumber(MAX_IN_FLIGHT_BYTES, 1),
  EDGE_MAX_HEADERS: wholeNumber(100, 10),
  EDGE_MAX_HEADER_BYTES: wholeNumber(16_384, 1_024),
  EDGE_HEADERS_TIMEOUT_MS: wholeNumber(15_000, 1),
  EDGE_REQUEST_TIMEOUT_MS: wholeNumber(60_000, 1),
  EDGE_MIN_BODY_BYTES_PER_SECOND: wholeNumber(1_024),
  EDGE_BODY_RATE_WINDOW_MS: wholeNumber(10_000, 1),
  EDGE_KEEP_ALIVE_TIMEOUT_MS: wholeNumber(75_000, 1),
  EDGE_MAX_CONNECTIONS: wholeNumber(16_384, 1),
  EDGE_MAX_CONNECTIONS_PER_ADDRESS: wholeNumber(256, 1),
  EDGE_MAX_REQUESTS_PER_ADDRESS_PER_SECOND: wholeNumber(50, 1),
  EDGE_MAX_REQUEST_BURST_PER_ADDRESS: wholeNumber(1_000, 1),
  EDGE_MAX_REMEMBERED_ADDRESSES: wholeNumber(100_000, 1),
  EDGE_UNLIMITED_NETWORKS: networks.default(['127.0.0.0/8', '::1/128']),
  EDGE_TLS_CERT_FILE: z.string().optional(),
  EDGE_TLS_KEY_FILE: z.string().optional(),
  TRUSTED_PROXY_HOPS: wholeNumber(0),
  /** The header that these proxies write; the other one is whatever a client claims. */
  TRUSTED_PROXY_HEADER: z.enum(['x-forwarded-for', 'forwarded']).default('x-forwarded-for'),
  /** Whoever shows it may have any installation erased for good; nobody when not set. */
  EDGE_OPERATOR_TOKEN: z
    .string()
    .min(MIN_TOKEN_CHARS)
    .transform((text) => new Secret(text))
    .optional(),
};
