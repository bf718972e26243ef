import protobuf from 'protobufjs';

/** What the tests write of OTLP, in the words of its own definition. */
const DEFINITION = `
  syntax = "proto3";
  message ExportTraceServiceRequest { repeated ResourceSpans resource_spans = 1; }
  message ResourceSpans { Resource resource = 1; repeated ScopeSpans scope_spans = 2; string schema_url = 3; }
  message Resource { repeated KeyValue attributes = 1; uint32 dropped_attributes_count = 2; }
  message ScopeSpans { Scope scope = 1; repeated Span spans = 2; string schema_url = 3; }
  message Scope { string name = 1; string version = 2; }
  message Span {
    bytes trace_id = 1;
    bytes span_id = 2;
    string trace_state = 3;
    bytes parent_span_id = 4;
    string name = 5;
    uint32 kind = 6;
    fixed64 start_time_unix_nano = 7;
    fixed64 end_time_unix_nano = 8;
    repeated KeyValue attributes = 9;
    repeated Event events = 11;
    Status status = 15;
  }
  message Event { fixed64 time_unix_nano = 1; string name = 2; repeated KeyValue attributes = 3; }
  message Status { string message = 2; uint32 code = 3; }
  message KeyValue { string key = 1; AnyValue value = 2; }
  message AnyValue {
    oneof value {
      string string_value = 1;
      bool bool_value = 2;
      int64 int_value = 3;
      double double_value = 4;
      ArrayValue array_value = 5;
      KeyValueList kvlist_value = 6;
      bytes bytes_value = 7;
    }
  }
  message ArrayValue { repeated AnyValue values = 1; }
  message KeyValueList { repeated KeyValue values = 1; }
`;

const request = protobuf.parse(DEFINITION, { keepCase: false }).root.lookupType('ExportTraceServiceRequest');

/** A value of an attribute, as the definition names its type: `{ intValue: '42' }`. */
export type AnyValue = Readonly<Record<string, unknown>>;

/** A span as a test writes it: ids in hexadecimal digits, times in ns since 1970. */
export interface TestSpan {
  readonly traceId?: string;
  readonly spanId?: string;
  readonly parentSpanId?: string;
  readonly name?: string;
  readonly startTimeUnixNano?: string;
  readonly endTimeUnixNano?: string;
  readonly attributes?: Readonly<Record<string, AnyValue>>;
  readonly status?: { readonly code: number; readonly message: string };
}

/** The attributes of one process. */
export type TestResource = Readonly<Record<string, AnyValue>>;

const attributesOf = (attributes: Readonly<Record<string, AnyValue>> = {}) =>
  Object.entries(attributes).map(([key, value]) => ({ key, value }));

const bytesOf = (hex = ''): Buffer => Buffer.from(hex, 'hex');

/** A request of OTLP in protobuf: the spans of each process. */
export const encodeTraces = (...processes: readonly (readonly [TestResource, readonly TestSpan[]])[]): Buffer => {
  const resourceSpans = processes.map(([resource, spans]) => ({
    resource: { attributes: attributesOf(resource) },
    scopeSpans: [
      {
        spans: spans.map(({ traceId, spanId, parentSpanId, attributes, ...span }) => ({
          ...span,
          traceId: bytesOf(traceId),
          spanId: bytesOf(spanId),
          parentSpanId: bytesOf(parentSpanId),
          attributes: attributesOf(attributes),
        })),
      },
    ],
  }));
  return Buffer.from(request.encode(request.fromObject({ resourceSpans })).finish());
};
