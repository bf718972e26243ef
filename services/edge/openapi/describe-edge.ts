import { z } from 'zod';
import type { ProductCatalog } from '../../../schemas/pack/catalog.ts';
import { MAX_DOCUMENTS } from '../batch/split-batch.ts';
import { batchesPath, canEcho, type Door, reportsPath, type Service } from '../routes.ts';
import { ANSWER_SCHEMAS } from './answer-schemas.ts';
import { describeResponses, type Json, schemaRef } from './describe-responses.ts';

const summaryOf = ({ service, method, path, product }: Door): string => {
  const summaries: Readonly<Record<Service, string>> = {
    report: `${method === 'DELETE' ? 'An opt-out' : 'A report'} as the clients of ${product} send it`,
    batch: `Up to ${MAX_DOCUMENTS} reports of ${product} at once`,
    echo: `What would be kept of a report of ${product}; nothing is stored`,
    erasure: `Removes what is stored of an installation of ${product}`,
    frames: `A WebSocket of ${product}: each text frame is a report`,
    receipt: 'What has become of a report',
    description: 'This description',
  };
  return path === reportsPath(product) ? `One report of ${product}` : summaries[service];
};

/** What a door takes: the contract where it is our own door, any bytes where clients send what they send. */
const bodyOf = ({ service, path, product }: Door, kinds: readonly string[]): Json | undefined => {
  if (service !== 'report' && service !== 'batch' && service !== 'echo') return undefined;
  const document = { anyOf: kinds.map(schemaRef) };
  if (path === reportsPath(product) || service === 'echo')
    return { required: true, content: { 'application/json': { schema: document } } };
  if (path !== batchesPath(product)) return { required: true, content: { '*/*': {} } };
  const array = { type: 'array', maxItems: MAX_DOCUMENTS, items: document };
  const lines = { type: 'string', description: 'One document per line' };
  return {
    required: true,
    content: { 'application/json': { schema: array }, 'application/x-ndjson': { schema: lines } },
  };
};

const ECHO_HEADER: Json = {
  name: 'Candor-Echo',
  in: 'header',
  description: 'Whatever it says: the answer is what would be kept, and nothing is stored',
  schema: { type: 'string' },
};

const parametersOf = (door: Door): Json[] => [
  ...[...door.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  })),
  ...(canEcho(door) ? [ECHO_HEADER] : []),
];

const schemaOf = (schema: z.ZodType): Json => {
  const { $schema, ...described } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  return described;
};

/** Describes the edge's doors in the terms of OpenAPI 3.1. */
export const describeEdge = (doors: readonly Door[], { kinds }: ProductCatalog): Json => {
  const kindsOf = (product: string): string[] =>
    [...kinds.values()].filter(({ pack }) => pack.product === product).map(({ kind }) => kind);
  const paths: Record<string, Record<string, Json>> = {};
  for (const door of doors) {
    const requestBody = bodyOf(door, kindsOf(door.product));
    paths[door.path] = {
      ...paths[door.path],
      [door.method.toLowerCase()]: {
        summary: summaryOf(door),
        tags: [door.product || 'candor'],
        // The root tells the product by its host alone.
        ...(door.path === '/' && { servers: door.hosts.map((host) => ({ url: `https://${host}` })) }),
        parameters: parametersOf(door),
        ...(door.service === 'erasure' && { security: [{}, { operator: [] }] }),
        ...(requestBody && { requestBody }),
        responses: describeResponses(door),
      },
    };
  }
  const schemas = [
    ...Object.entries(ANSWER_SCHEMAS).map(([name, schema]) => [name, schemaOf(schema)] as const),
    ...[...kinds.values()].map(({ kind, contract }) => [kind, schemaOf(contract.schema)] as const),
  ];
  return {
    openapi: '3.1.0',
    info: {
      title: 'Candor edge',
      version: '1',
      description: 'Takes telemetry reports. No door for them asks who you are; no field but those described is kept.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    security: [],
    paths,
    components: {
      schemas: Object.fromEntries(schemas),
      securitySchemes: { operator: { type: 'http', scheme: 'bearer' } },
    },
  };
};
