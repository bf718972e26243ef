import { PROBLEMS, type ProblemName } from '../answers.ts';
import { canEcho, type Door, type Service } from '../routes.ts';
import { ANSWER_SCHEMAS, type AnswerName } from './answer-schemas.ts';

/** A part of the description. */
export type Json = Readonly<Record<string, unknown>>;

/** Refers to a schema of the description. */
export const schemaRef = (name: string): Json => ({ $ref: `#/components/schemas/${name}` });

/** What may be wrong with a request at a door, besides its being busy. */
const PROBLEMS_OF: Readonly<Record<Service, readonly ProblemName[]>> = {
  report: ['empty-body', 'too-large', 'unsupported-encoding'],
  batch: [
    'empty-body',
    'malformed-batch',
    'too-large',
    'inflated-too-large',
    'too-many-documents',
    'unsupported-encoding',
    'no-echo',
  ],
  echo: ['empty-body', 'too-large', 'unsupported-encoding', 'echo-busy'],
  erasure: ['unusable-id', 'wrong-token', 'no-echo'],
  frames: ['websocket-only'],
  receipt: ['unknown-receipt', 'no-receipts', 'receipts-busy'],
  description: [],
};

const jsonAnswer = (...names: readonly [AnswerName, ...AnswerName[]]): Json => {
  const [schema, ...others] = names.map(schemaRef);
  return {
    description: ANSWER_SCHEMAS[names[0]].description,
    content: { 'application/json': { schema: others.length > 0 ? { oneOf: [schema, ...others] } : schema } },
  };
};

const RECEIPT_HEADER = { 'Candor-Receipt': { description: 'The receipt of the report', schema: { type: 'string' } } };

const successOf = (door: Door): Json => {
  const { service, whenInvalid } = door;
  const others: AnswerName[] = [
    ...(whenInvalid === 'ok' ? ['Rejected' as const] : []),
    ...(canEcho(door) ? ['Echo' as const] : []),
  ];
  const answers: Readonly<Record<Service, Json>> = {
    report: { ...jsonAnswer('Accepted', ...others), headers: RECEIPT_HEADER },
    batch: jsonAnswer('BatchResults'),
    echo: jsonAnswer('Echo'),
    erasure: { ...jsonAnswer('Accepted'), headers: RECEIPT_HEADER },
    frames: { description: 'The connection is open; frames are not answered' },
    receipt: jsonAnswer('ReportState'),
    description: { description: 'This description', content: { 'application/json': { schema: { type: 'object' } } } },
  };
  return answers[service];
};

/** Status and name of the problems of a door; a door that cuts has no answer for being busy. */
const problemsOf = ({ service, whenBusy, whenInvalid }: Door): (readonly [number, ProblemName])[] => {
  const own = whenInvalid === 'ok' ? [] : PROBLEMS_OF[service];
  const isBusy = ['report', 'batch', 'erasure'].includes(service) && whenBusy !== 'cut';
  return [
    ...own.map((name) => [PROBLEMS[name].status, name] as const),
    ...(isBusy ? [[whenBusy.status, 'busy'] as const] : []),
  ];
};

/** What a door answers, by status. */
export const describeResponses = (door: Door): Json => {
  const byStatus = Map.groupBy(problemsOf(door), ([status]) => status);
  const problems = [...byStatus].map(([status, found]) => [
    status,
    {
      description: found.map(([, name]) => `${name}: ${PROBLEMS[name].title}`).join('; '),
      content: { 'application/problem+json': { schema: schemaRef('Problem') } },
    },
  ]);
  return { [door.service === 'frames' ? 101 : 200]: successOf(door), ...Object.fromEntries(problems) };
};
