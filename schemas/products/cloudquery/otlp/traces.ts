import { type Attributes, readAttribute } from './attributes.ts';
import { delimited, type Fields, fixed64, type Reader, readMessage, varint } from './message.ts';

/** A span, as far as it is looked at. Ids in hexadecimal digits, empty when absent; times in ns since 1970, 0 when absent. */
export interface Span {
  traceId: string;
  spanId: string;
  parentSpanId: string;
  name: string;
  startNs: bigint;
  endNs: bigint;
  failed: boolean;
  /** The status message: a class of errors, or the text of one. */
  message: string;
  readonly attributes: Attributes;
}

/** What one process sends in one request. */
export interface Traces {
  readonly resource: Attributes;
  readonly spans: Span[];
}

/** Most spans of a request: twice what the clients' SDK sends at once. */
const MAX_SPANS = 1_024;

/** `Status.code` of a span that has failed. */
const STATUS_ERROR = 2;

const hex = (reader: Reader): string => Buffer.from(reader.bytes()).toString('hex');

const nanoseconds = (reader: Reader): bigint => {
  const low = reader.fixed32();
  return (BigInt(reader.fixed32()) << 32n) | BigInt(low);
};

const STATUS: Fields<Span> = {
  [delimited(2)]: (span, reader) => {
    span.message = reader.string();
  },
  [varint(3)]: (span, reader) => {
    span.failed = reader.uint32() === STATUS_ERROR;
  },
};

/** `Span` without trace state, kind, events (which hold the texts of errors) and links. */
const SPAN: Fields<Span> = {
  [delimited(1)]: (span, reader) => {
    span.traceId = hex(reader);
  },
  [delimited(2)]: (span, reader) => {
    span.spanId = hex(reader);
  },
  [delimited(4)]: (span, reader) => {
    span.parentSpanId = hex(reader);
  },
  [delimited(5)]: (span, reader) => {
    span.name = reader.string();
  },
  [fixed64(7)]: (span, reader) => {
    span.startNs = nanoseconds(reader);
  },
  [fixed64(8)]: (span, reader) => {
    span.endNs = nanoseconds(reader);
  },
  [delimited(9)]: ({ attributes }, reader) => readAttribute(attributes, reader),
  [delimited(15)]: (span, reader) => {
    readMessage(reader.bytes(), span, STATUS);
  },
};

const emptySpan = (): Span => ({
  traceId: '',
  spanId: '',
  parentSpanId: '',
  name: '',
  startNs: 0n,
  endNs: 0n,
  failed: false,
  message: '',
  attributes: new Map(),
});

/** `ScopeSpans`, and `InstrumentationLibrarySpans`, as it was called in the clients' days. */
const SCOPE_SPANS: Fields<Traces> = {
  [delimited(2)]: ({ spans }, reader) => {
    if (spans.length === MAX_SPANS) throw new RangeError('too many spans');
    spans.push(readMessage(reader.bytes(), emptySpan(), SPAN));
  },
};

const RESOURCE: Fields<Attributes> = { [delimited(1)]: readAttribute };

const RESOURCE_SPANS: Fields<Traces> = {
  [delimited(1)]: ({ resource }, reader) => {
    readMessage(reader.bytes(), resource, RESOURCE);
  },
  [delimited(2)]: (traces, reader) => {
    readMessage(reader.bytes(), traces, SCOPE_SPANS);
  },
};

/** The one `ResourceSpans` of a request, as bytes. */
const REQUEST: Fields<Uint8Array[]> = {
  [delimited(1)]: (resourceSpans, reader) => {
    // A client has one resource. Several would be several installations, which a report can't be of.
    if (resourceSpans.length > 0) throw new RangeError('more than one resource');
    resourceSpans.push(reader.bytes());
  },
};

/**
 * Reads an `ExportTraceServiceRequest` of OTLP.
 *
 * @throws Error for what is none, is of several processes, or has more than {@link MAX_SPANS} spans.
 */
export const readTraces = (body: Uint8Array): Traces => {
  const [resourceSpans] = readMessage<Uint8Array[]>(body, [], REQUEST);
  if (resourceSpans === undefined) throw new RangeError('no resource');
  return readMessage<Traces>(resourceSpans, { resource: new Map(), spans: [] }, RESOURCE_SPANS);
};
