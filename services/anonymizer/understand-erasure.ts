import { type Erasure, erasureKind, erasureRequest, readErasure } from '../../schemas/pipeline/erasure.ts';
import type { RawEvent } from '../../schemas/topics/raw.ts';
import { type Outcome, reject } from '../runtime/outcome.ts';
import type { AnonymizeContext, Anonymized } from './anonymize.ts';
import { createDescribeViolation } from './violation.ts';

const describe = createDescribeViolation(erasureRequest);

/** What a `DELETE` becomes: an event that travels on like a report, with the id and without a place. */
export const understandErasure = (
  { product, door }: RawEvent,
  document: unknown,
  { suppression }: Pick<AnonymizeContext, 'suppression'>,
): Outcome<Anonymized> => {
  const kind = erasureKind(product);
  const parsed = erasureRequest.safeParse(readErasure(door, product, document));
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
