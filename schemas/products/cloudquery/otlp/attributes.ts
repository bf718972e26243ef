import { MAX_INTEGER } from '../../../pack/field.ts';
import { delimited, type Fields, type Reader, readMessage, varint } from './message.ts';

/** A value of an attribute, in the types that CloudQuery's clients use. */
export type AttributeValue = string | boolean | number | readonly string[];

/** Attributes by name. */
export type Attributes = Map<string, AttributeValue>;

/** Most attributes of one span or resource that are kept: twice what the clients' SDK lets a span have. */
const MAX_ATTRIBUTES = 256;

/** Most elements of an array: more providers than there ever were. */
const MAX_ARRAY_ELEMENTS = 1_000;

/** The names that anything is done with, of resources and of spans; all others are passed over unread. */
const KNOWN = new Set(
  `service.instance.id service.version random_id_persisted commit build_date ci terminal faas os.type os.description
   process.runtime.name process.runtime.version process.runtime.description
   telemetry.sdk.name telemetry.sdk.language telemetry.sdk.version
   command history_enabled providers multi_providers provider provider_version old_version new_version module`.split(
    /\s+/,
  ),
);

const isKnown = (name: string): boolean => KNOWN.has(name) || name.startsWith('fetch.');

const WORD = 2 ** 32;

/** A 64-bit number, or the nearest that can be kept. */
const readInteger = (reader: Reader): number => {
  const { high, low } = reader.int64();
  return Math.min(Math.max(high * WORD + (low >>> 0), -MAX_INTEGER), MAX_INTEGER);
};

/** `ArrayValue.values`, of which texts are kept. */
const ARRAY: Fields<string[]> = {
  [delimited(1)]: (elements, reader) => {
    if (elements.length === MAX_ARRAY_ELEMENTS) throw new RangeError('too many elements');
    const { value } = readMessage(reader.bytes(), {} as Holder, TEXT);
    if (typeof value === 'string') elements.push(value);
  },
};

interface Holder {
  value?: AttributeValue;
}

const TEXT: Fields<Holder> = {
  [delimited(1)]: (holder, reader) => {
    holder.value = reader.string();
  },
};

/** `AnyValue` without the types that the clients don't use; arrays hold texts only, so nothing nests. */
const VALUE: Fields<Holder> = {
  ...TEXT,
  [varint(2)]: (holder, reader) => {
    holder.value = reader.bool();
  },
  [varint(3)]: (holder, reader) => {
    holder.value = readInteger(reader);
  },
  [delimited(5)]: (holder, reader) => {
    holder.value = readMessage<string[]>(reader.bytes(), [], ARRAY);
  },
};

interface KeyValue {
  key: string;
  value: Uint8Array;
}

const KEY_VALUE: Fields<KeyValue> = {
  [delimited(1)]: (pair, reader) => {
    pair.key = reader.string();
  },
  [delimited(2)]: (pair, reader) => {
    pair.value = reader.bytes();
  },
};

const NOTHING = new Uint8Array();

/** Reads the next `KeyValue` into `attributes`; throws when they are too many. */
export const readAttribute = (attributes: Attributes, reader: Reader): void => {
  const { key, value: bytes } = readMessage(reader.bytes(), { key: '', value: NOTHING }, KEY_VALUE);
  if (!isKnown(key)) return;
  const { value } = readMessage(bytes, {} as Holder, VALUE);
  if (value === undefined) return;
  attributes.set(key, value);
  if (attributes.size > MAX_ATTRIBUTES) throw new RangeError('too many attributes');
};
