import type { z } from 'zod';
import {
  type Erasure,
  type ErasureRequest,
  erasureKind,
  erasureRequest,
  readErasure,
} from '../../schemas/pipeline/erasure.ts';
import type { RawEvent } from '../../schemas/topics/raw.ts';
import { type Outcome, reject } from '../runtime/outcome.ts';
import type { AnonymizeContext, Anonymized } from './anonymize.ts';
import { createScrubber } from './scrub.ts';
import { createDescribeViolation } from './violation.ts';

const describe = createDescribeViolation(erasureRequest);
const scrub = createScrubber(erasureRequest);

/** An opt-out names what is an id, or nothing; an operator names whatever is stored. */
const parse = (request: unknown): z.ZodSafeParseResult<ErasureRequest> => {
  const parsed = erasureRequest.safeParse(request);
  return parsed.data?.forever === false && scrub(parsed.data).size > 0 ? erasureRequest.safeParse(parsed.data) : parsed;
};

/** What a `DELETE` becomes: an event that travels on like a report, with the id and without a place. */
export const understandErasure = (
  { product, door }: RawEvent,
  document: unknown,
  { suppression }: Pick<AnonymizeContext, 'suppression'>,
): Outcome<Anonymized> => {
  const kind = erasureKind(product);
  const parsed = parse(readErasure(door, product, document));
  if (!parsed.success) {
    const { path, rule } = describe(parsed.error);
    return reject('contract_violation', `${path}: ${rule}`, kind);
  }
  const { id, forever } = parsed.data;
  const erasure: Erasure = { forever, suppression: suppression(product, id) };
  const kept = {
    kind,
    installation_id: id,
    country: '',
    region: null,
    geo_build: null,
    address_hash: null,
    unknown_fields: [],
    document: JSON.stringify(erasure),
  };
  return { kind: 'emit', event: { kept, found: new Map(), identity: null } };
};
