import { describe, expect, test } from 'vitest';
import { contracts } from '../../../../schemas/products/cloudquery/contract.ts';
import { decodeTraces } from '../../../../schemas/products/cloudquery/otlp/decode-traces.ts';
import { encodeTraces, type TestResource, type TestSpan } from '../../../support/otlp.ts';

const COOKIE = '3b8e6d15-0f72-4a9c-94d1-c7e25b60fa83';
const TRACE_ID = '7c1f05be42d96a83b1e860f29d5734ca';
const RESOURCE: TestResource = { 'service.instance.id': { stringValue: COOKIE } };
const ROOT: TestSpan = {
  traceId: TRACE_ID,
  spanId: '0000000000000001',
  name: 'cli:cloudquery fetch',
  startTimeUnixNano: '1649755815250000000',
  endTimeUnixNano: '1649755815250250000',
  attributes: { command: { stringValue: 'cloudquery fetch' } },
};
const PART: TestSpan = {
  traceId: TRACE_ID,
  spanId: '0000000000000002',
  parentSpanId: ROOT.spanId ?? '',
  name: 'Fetch',
};

const operation = contracts['cloudquery.operation'];

/** The document that the contract leaves of a request with these spans. */
const report = (...spans: readonly TestSpan[]) => operation.schema.parse(decodeTraces(encodeTraces([RESOURCE, spans])));

const withAttributes = (attributes: TestSpan['attributes'] = {}): TestSpan => ({
  ...ROOT,
  attributes: { ...ROOT.attributes, ...attributes },
});

describe('a request of OTLP', () => {
  test('is the operation of its root span', () => {
    expect(report(PART, ROOT)).toMatchObject({
      cookie: COOKIE,
      run_id: TRACE_ID,
      operation: 'fetch',
      started_at: '2022-04-12T09:30:15.250Z',
      duration_ms: 0.25,
      success: true,
      spans: [{ span_id: PART.spanId, parent_span_id: ROOT.spanId }, { name: 'cli:cloudquery fetch' }],
    });
  });

  test('without its root is spans of an operation that goes on', () => {
    const { run_id, operation, success, spans } = report(PART);
    expect({ run_id, operation, success, spans: spans?.length }).toEqual({
      run_id: TRACE_ID,
      operation: undefined,
      success: undefined,
      spans: 1,
    });
  });

  test('of the binary without a command names no operation', () => {
    expect(report(withAttributes({ command: { stringValue: 'cloudquery' } })).operation).toBeUndefined();
  });

  test('gathers what its spans say of providers', () => {
    const spans = [
      withAttributes({
        providers: { arrayValue: { values: [{ stringValue: 'aws@v0.11.2' }, { stringValue: 'x@debug' }] } },
        multi_providers: { arrayValue: { values: [{ stringValue: 'aws:2' }] } },
      }),
      {
        ...PART,
        attributes: {
          'fetch.resources.aws': { intValue: '12' },
          'fetch.diag.error.total.aws': { intValue: '1' },
          'fetch.errors.__proto__': { intValue: '3' },
          'fetch.resources.total': { intValue: '12' },
        },
      },
    ];
    expect(report(...spans)).toMatchObject({
      providers: [
        { name: 'aws', version: 'v0.11.2', instances: 2, resources: 12, diagnostics: { 'error.total': 1 } },
        { name: 'x', version: 'debug' },
        { name: '__proto__', errors: 3 },
      ],
      fetch: { resources: 12 },
    });
  });

  test.each([
    ['cancelled', 'cancelled'],
    ['error', 'other'],
    ['dial tcp 203.0.113.7:5432: connection refused', 'other'],
  ])('that failed with "%s" has the error class %s', (message, error_class) => {
    const document = decodeTraces(encodeTraces([RESOURCE, [{ ...ROOT, status: { code: 2, message } }]]));
    expect(document).toMatchObject({ success: false, error_class });
    expect(JSON.stringify(document)).not.toContain('203.0.113.7');
  });

  test('keeps nothing of host, configuration, policies and unknown attributes', () => {
    const resource = { ...RESOURCE, 'host.name': { stringValue: 'canary' }, 'cq.machost': { stringValue: 'canary' } };
    const attributes = Object.fromEntries(
      ['cfghash', 'policy_name', 'policy_subpath', 'provider_list', 'exception.message'].map((name) => [
        name,
        { stringValue: 'canary' },
      ]),
    );
    const document = decodeTraces(encodeTraces([resource, [withAttributes(attributes)]]));
    expect(JSON.stringify(document)).not.toContain('canary');
  });

  test.each([
    ['9223372036854775807', Number.MAX_SAFE_INTEGER - 1],
    ['-9223372036854775808', 0],
    ['-1', 0],
    ['4294967296', 4_294_967_296],
  ])('brings the count %s into the range of a column: %i', (intValue, resources) => {
    expect(report(withAttributes({ 'fetch.resources.total': { intValue } })).fetch?.resources).toBe(resources);
  });

  test('passes over what it does not know: values of other types, fields to come', () => {
    const spans = [
      withAttributes({ providers: { kvlistValue: { values: [{ key: 'x', value: { intValue: '1' } }] } } }),
    ];
    // Field 200, bytes; field 3 of eight bytes where text is meant.
    const future = Buffer.from([0xc2, 0x0c, 0x02, 0x01, 0x02, 0x19, 0, 0, 0, 0, 0, 0, 0, 0]);
    const document = decodeTraces(Buffer.concat([encodeTraces([RESOURCE, spans]), future]));
    expect(document).toMatchObject({ operation: 'fetch', providers: undefined });
  });
});

describe('a hostile request', () => {
  const big = (count: number, bytes: Buffer): Buffer => Buffer.alloc(count * bytes.length, bytes);

  /** A field of bytes, by its number. */
  const field = (number: number, bytes: Buffer): Buffer => {
    const length: number[] = [];
    for (let left = bytes.length; ; left = Math.floor(left / 128)) {
      length.push(left < 128 ? left : (left % 128) + 128);
      if (left < 128) break;
    }
    return Buffer.concat([Buffer.from([(number << 3) | 2, ...length]), bytes]);
  };

  const manyAttributes = Object.fromEntries(
    Array.from({ length: 300 }, (_, index) => [`fetch.resources.p${index}`, { intValue: '1' }]),
  );
  const manyValues = { values: Array.from({ length: 1_001 }, () => ({ stringValue: '' })) };

  test.each<[what: string, body: Buffer, message: string]>([
    ['nothing', Buffer.alloc(0), 'no resource'],
    ['JSON', Buffer.from('{"resourceSpans":[]}'), 'index out of range'],
    ['8 million empty spans', field(1, field(2, big(8_000_000, field(2, Buffer.alloc(0))))), 'too many spans'],
    ['too many attributes', encodeTraces([RESOURCE, [withAttributes(manyAttributes)]]), 'too many attributes'],
    [
      'too many elements',
      encodeTraces([RESOURCE, [withAttributes({ providers: { arrayValue: manyValues } })]]),
      'too many elements',
    ],
    ['two processes', encodeTraces([RESOURCE, [ROOT]], [RESOURCE, [PART]]), 'more than one resource'],
    ['groups in groups in groups', big(100_000, Buffer.from([0x1b])), 'max depth exceeded'],
    ['a length beyond the end', Buffer.from([0x0a, 0x7f]), 'index out of range'],
    ['a field without a number', Buffer.from([0x02, 0x00]), 'illegal tag'],
    ['a number without an end', Buffer.alloc(32, 0xff), 'invalid tag encoding'],
  ])('of %s is undecodable', (_what, body, message) => {
    expect(() => decodeTraces(body)).toThrow(message);
  });

  test('cut short anywhere is undecodable', () => {
    const whole = encodeTraces([RESOURCE, [ROOT, PART]]);
    for (let length = 0; length < whole.length; length += 1) {
      expect(() => decodeTraces(whole.subarray(0, length)), `${length} bytes`).toThrow(Error);
    }
  });
});

describe('what makes two reports the same one', () => {
  const identity = (...spans: readonly TestSpan[]) => operation.identity(report(...spans), 0);

  test('is the first span, so that a request that is sent twice is one', () => {
    expect(identity(PART, ROOT)).toBe(`${TRACE_ID}:${PART.spanId}`);
    expect(identity(PART, ROOT)).not.toBe(identity(ROOT));
  });

  test('is the first message of a batch', () => {
    const batch = contracts['cloudquery.batch'];
    const identityOf = (document: object) => batch.identity(batch.schema.parse(document), 0);
    expect(identityOf({ batch: [{ messageId: 'm1', event: 'fetch' }, { messageId: 'm2' }] })).toBe('m1');
    expect(identityOf({ batch: [{ event: 'fetch' }] })).toBeNull();
  });

  test('is nothing where a report has no spans', () => {
    expect(operation.identity(operation.schema.parse({ cookie: COOKIE, run_id: TRACE_ID }), 0)).toBeNull();
  });
});
