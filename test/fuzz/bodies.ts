import { brotliCompressSync, constants, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import type { Random } from './random.ts';

/** A body that no client of ours sends, and the header that goes with it. */
export interface HostileBody {
  readonly body: Buffer;
  /** Content-Encoding, when there is one. */
  readonly encoding?: string;
}

const MIB = 1024 * 1024;

const COMPRESSORS = {
  gzip: gzipSync,
  deflate: deflateSync,
  br: (body: Buffer) => brotliCompressSync(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } }),
  zstd: zstdCompressSync,
} as const;

const ENCODINGS = ['gzip', 'deflate', 'br', 'zstd'] as const;

/** 100 MiB of spaces in each encoding, made at once: later, the time they take would look like a slow client. */
const BOMBS = new Map(ENCODINGS.map((encoding) => [encoding, COMPRESSORS[encoding](Buffer.alloc(100 * MIB, ' '))]));

/** What a document is made from: a valid one, with an identity that no honest client has. */
const document = (random: Random): Record<string, unknown> => ({
  id: `HOSTILE-${random.below(1_000_000)}`,
  version: '10.7.0.96327',
  messageSequenceNumber: random.below(1_000_000),
});

const text = (json: string): HostileBody => ({ body: Buffer.from(json) });

const HUGE_NUMBERS = ['1e999', '-1e999', '9'.repeat(400), `0.${'0'.repeat(400)}1`, '1e-999', '-0'] as const;
const NO_NUMBERS = ['NaN', 'Infinity', '-Infinity', '0x10', '01', '+1', '.5', '1.', 'undefined'] as const;

/** A value of a type that its field has not. */
const OTHER_VALUES = ['null', '[]', '{}', 'true', '""', '"\u0000"', '-1', '1.5', '[[]]', '{"a":1}'] as const;

const FIELDS = [
  'id',
  'version',
  'messageSequenceNumber',
  'users',
  'projects',
  'plugins',
  'database',
  'docker',
] as const;

/** The bodies by what is wrong with them. */
export const BODIES = {
  truncated: (random) => {
    const whole = JSON.stringify({ ...document(random), plugins: [{ name: 'java', version: '8.6' }] });
    return text(whole.slice(0, 1 + random.below(whole.length - 1)));
  },
  'truncated-compressed': (random) => {
    const encoding = random.pick(ENCODINGS);
    const whole = COMPRESSORS[encoding](Buffer.from(JSON.stringify(document(random)).repeat(20)));
    return { body: whole.subarray(0, 1 + random.below(whole.length - 1)), encoding };
  },
  bomb: (random) => {
    const encoding = random.pick(ENCODINGS);
    return { body: BOMBS.get(encoding) ?? Buffer.alloc(0), encoding };
  },
  'nested-compression': (random) => {
    const [outer, inner] = [random.pick(ENCODINGS), random.pick(ENCODINGS)];
    return { body: COMPRESSORS[outer](COMPRESSORS[inner](Buffer.from('{}'))), encoding: outer };
  },
  'wrong-encoding': (random) => ({
    body: COMPRESSORS[random.pick(ENCODINGS)](Buffer.from(JSON.stringify(document(random)))),
    encoding: random.pick(ENCODINGS),
  }),
  garbage: (random) => ({
    body: random.bytes(1 + random.below(2_000)),
    ...(random.below(2) && { encoding: random.pick(ENCODINGS) }),
  }),
  deep: (random) => text(random.pick(['[', '{"a":', '[{"a":']).repeat(random.below(50_000) + 65)),
  'wide-array': (random) => text(`{"id":"x","users":[${'{},'.repeat(random.below(20_000))}{}]}`),
  'wide-object': (random) =>
    text(`{${Array.from({ length: 1 + random.below(5_000) }, (_, key) => `"k${key}":${key}`).join()}}`),
  'too-many-elements': () => text(`[${'0,'.repeat(1_000_001)}0]`),
  'long-string': (random) => text(`{"id":"${'x'.repeat(260_000 + random.below(10_000))}"}`),
  'duplicate-keys': (random) => text(`{"id":"a","id":${random.pick(OTHER_VALUES)},"version":"1","version":"2"}`),
  'prototype-keys': (random) => {
    const key = random.pick(['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'then']);
    const value = random.pick(['{"polluted":true}', '{"prototype":{"polluted":true}}', 'null', '"x"', '[]']);
    return text(`{"${key}":${value},"id":"HOSTILE-p","version":"1.0","database":{"${key}":${value}}}`);
  },
  'lone-surrogates': (random) => {
    const half = random.pick(['\\ud800', '\\udfff', '\\ud800\\ud800', '\\udc00\\ud800', '\\u0000', '\\uffff']);
    return text(`{"id":"HOSTILE-${half}","version":"${half}","${half}":1}`);
  },
  'broken-utf8': (random) => ({
    body: Buffer.concat([Buffer.from('{"id":"'), random.bytes(8), Buffer.from([0xc0, 0x80]), Buffer.from('"}')]),
  }),
  'byte-order-mark': (random) => {
    const json = JSON.stringify(document(random));
    return random.pick([
      text(`\uFEFF${json}`),
      text(`\uFEFF\uFEFF${json}`),
      { body: Buffer.from(`\uFEFF${json}`, 'utf16le') },
      text('\uFEFF'),
    ]);
  },
  'huge-numbers': (random) =>
    text(`{"id":"HOSTILE-n","version":"1","messageSequenceNumber":${random.pick(HUGE_NUMBERS)}}`),
  'no-numbers': (random) => text(`{"id":"HOSTILE-n","version":"1","messageSequenceNumber":${random.pick(NO_NUMBERS)}}`),
  'other-types': (random) => {
    const field = random.pick(FIELDS);
    const json = JSON.stringify({ ...document(random), [field]: '@' });
    return text(json.replace('"@"', random.pick(OTHER_VALUES)));
  },
  mutated: (random) => {
    const body = Buffer.from(JSON.stringify({ ...document(random), plugins: [{ name: 'java', version: '8.6' }] }));
    for (let times = 1 + random.below(5); times > 0; times -= 1) body[random.below(body.length)] = random.below(256);
    return { body };
  },
} as const satisfies Readonly<Record<string, (random: Random) => HostileBody>>;
