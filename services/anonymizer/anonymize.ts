import { isUtf8 } from 'node:buffer';
import type { z } from 'zod';
import type { ProductCatalog } from '../../schemas/pack/catalog.ts';
import type { Decoder } from '../../schemas/pack/pack.ts';
import type { Kept } from '../../schemas/topics/anonymized.ts';
import type { RawEvent } from '../../schemas/topics/raw.ts';
import { messageOf } from '../runtime/errors.ts';
import { type InflationBounds, inflate } from '../runtime/inflate.ts';
import { type Outcome, type Reject, reject } from '../runtime/outcome.ts';
import { DETECTORS, DETECTORS_WITH_PHONES } from './detectors.ts';
import { checkJsonBounds, type JsonBounds } from './json-bounds.ts';
import type { Locate } from './place.ts';
import { createScrubber } from './scrub.ts';
import type { Found } from './scrub-text.ts';
import { understandErasure } from './understand-erasure.ts';
import { createFindUnknownFields } from './unknown-fields.ts';
import { createDescribeViolation } from './violation.ts';
import { wellFormedJson } from './well-formed-json.ts';

/** What the stage needs for an event and can't find out by itself. */
export interface AnonymizeContext {
  /** The client's address, opened; undefined when there is none or its key is gone. */
  readonly address: string | undefined;
  readonly locate: Locate;
  /** The keyed hash of the address, for products whose policy keeps one. */
  readonly hash: (address: string) => string | null;
  /** The name of an installation's entry on the suppression list. */
  readonly suppression: (product: string, installationId: string) => string;
}

/** An event without personal data, and what was taken out of its free text. */
export interface Anonymized {
  readonly kept: Kept;
  readonly found: Found;
  /** What tells a repetition of its report from other reports; null when nothing does. */
  readonly identity: string | null;
}

/** A document, in a shell of ours: the document itself could look like anything, a {@link Reject} included. */
interface Decoded {
  readonly kind: 'decoded';
  readonly document: unknown;
}

const decodeJson = (body: Buffer, bounds: JsonBounds): Decoded | Reject => {
  if (!isUtf8(body)) return reject('not_utf8');
  const beyond = checkJsonBounds(body, bounds);
  if (beyond !== undefined) return beyond;
  try {
    // A byte order mark is no JSON, but its sender means JSON.
    return { kind: 'decoded', document: JSON.parse(body.toString('utf8').replace(/^\uFEFF/, '')) };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return reject('not_json');
  }
};

const decodeWith = (decode: Decoder, body: Buffer): Decoded | Reject => {
  try {
    return { kind: 'decoded', document: decode(body) };
  } catch {
    return reject('undecodable');
  }
};

/** What a document may be before it is looked into. */
export interface DocumentBounds {
  readonly inflation: InflationBounds;
  readonly json: JsonBounds;
}

/** Creates the stage that turns a raw event into one without personal data; a pure function of event and context. */
export const createAnonymize = (catalog: ProductCatalog, bounds: DocumentBounds) => {
  const compiled = new Map(
    [...catalog.kinds.values()].map((kind) => [
      kind.kind,
      {
        ...kind,
        scrub: createScrubber(
          kind.contract.schema,
          kind.pack.privacy.scrubPhoneNumbers ? DETECTORS_WITH_PHONES : DETECTORS,
        ),
        describe: createDescribeViolation(kind.contract.schema),
        findUnknown: createFindUnknownFields(kind.contract.schema),
      },
    ]),
  );

  const understand = (raw: RawEvent, context: AnonymizeContext): Outcome<Anonymized> => {
    const pack = catalog.products.get(raw.product);
    if (pack === undefined) return reject('unknown_product');
    const place = context.address === undefined ? undefined : context.locate(context.address);
    const addressHash =
      context.address !== undefined && pack.privacy.address === 'hash' ? context.hash(context.address) : null;

    const body = inflate(raw.body, raw.encoding, bounds.inflation);
    if (!Buffer.isBuffer(body)) return body;
    const decode = pack.wire.endpoints.find(({ path }) => path === raw.door)?.decode;
    const decoded = decode ? decodeWith(decode, body) : decodeJson(body, bounds.json);
    if (decoded.kind === 'reject') return decoded;
    if (raw.method === 'DELETE') return understandErasure(raw, decoded.document, context);

    const classified = pack.wire.classify(decoded.document);
    const kind = classified && compiled.get(classified.kind);
    if (kind === undefined) return reject('unknown_kind');
    const violation = (error: z.ZodError): Reject => {
      const { path, rule } = kind.describe(error);
      return reject('contract_violation', `${path}: ${rule}`, kind.kind);
    };
    const parsed = kind.contract.schema.safeParse(classified?.document);
    if (!parsed.success) return violation(parsed.error);
    const found = kind.scrub(parsed.data);
    const installationId = kind.contract.installationId(parsed.data);
    // An id that was none is empty now: most contracts ask for one.
    const identified = installationId === '' ? kind.contract.schema.safeParse(parsed.data) : parsed;
    if (!identified.success) return violation(identified.error);

    const kept: Kept = {
      kind: kind.kind,
      installation_id: installationId,
      country: place?.country ?? '',
      region: pack.privacy.place === 'region' ? (place?.region ?? '') : null,
      geo_build: place?.geoBuild ?? null,
      address_hash: addressHash,
      unknown_fields: kind.findUnknown(classified?.document),
      document: wellFormedJson(parsed.data),
    };
    const identity = kind.contract.identity(parsed.data, raw.received_at);
    return { kind: 'emit', event: { kept, found, identity } };
  };

  /** Whatever a client managed to make us throw is its own dead letter, never the end of the worker. */
  return (raw: RawEvent, context: AnonymizeContext): Outcome<Anonymized> => {
    try {
      return understand(raw, context);
    } catch (error) {
      return reject('stage_failed', error instanceof Error ? error.name : messageOf(error));
    }
  };
};
