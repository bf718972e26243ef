import { BODIES } from './bodies.ts';
import type { Random } from './random.ts';

/** What came of an attack: the status of the first answer, or that the connection ended without one. */
export type Result = number | 'cut';

/** What one hostile client does on one connection. */
export interface Attack {
  readonly name: string;
  /** Bytes to send; a number is a pause in ms. */
  readonly parts: readonly (Buffer | string | number)[];
  /** What the client does then: wait, close its side and wait, or vanish. */
  readonly end: 'wait' | 'half-close' | 'vanish';
  /** Results that are right; an answer of 429 or 503 always is. */
  readonly allowed: readonly Result[];
}

type MakeAttack = (random: Random) => Omit<Attack, 'name'>;

/** Doors of every product, the neutral ones included. */
const DOORS = ['/sonarqube', '/v1/http', '/api/telemetry', '/v1/reports/dependency-track', '/v1/reports/emqx'] as const;

const head = (...lines: readonly string[]): string => `${lines.join('\r\n')}\r\n\r\n`;

const post = (random: Random, ...headers: readonly string[]): string =>
  head(`POST ${random.pick(DOORS)} HTTP/1.1`, 'Host: fuzz', ...headers);

const CHUNKED = 'Transfer-Encoding: chunked';
const EMPTY_CHUNK = '0\r\n\r\n';

/** An answer that is lost when the connection is reset behind it counts as cut. */
const refusedWith = (...statuses: readonly number[]): readonly Result[] => [...statuses, 'cut'];

const bodyAttack =
  (make: (typeof BODIES)[keyof typeof BODIES]): MakeAttack =>
  (random) => {
    const { body, encoding } = make(random) as { readonly body: Buffer; readonly encoding?: string };
    const headers = encoding === undefined ? [] : [`Content-Encoding: ${encoding}`];
    const isChunked = random.below(2) === 0;
    const parts = isChunked
      ? [post(random, CHUNKED, ...headers), `${body.length.toString(16)}\r\n`, body, `\r\n${EMPTY_CHUNK}`]
      : [post(random, `Content-Length: ${body.length}`, ...headers), body];
    return { parts, end: 'wait', allowed: [200] };
  };

const SMUGGLED = [
  'POST /smuggled HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}',
  'GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n',
] as const;

/** Headers that say where a body ends in two ways, or in none. */
const FRAMINGS = [
  [CHUNKED, 'Content-Length: 5'],
  ['Content-Length: 5', CHUNKED],
  ['Content-Length: 5', 'Content-Length: 6'],
  ['Content-Length: 5, 6'],
  ['Content-Length: +5'],
  ['Content-Length: 5 6'],
  ['Content-Length: 0x5'],
  ['Content-Length: -5'],
  ['Content-Length : 5'],
  ['Transfer-Encoding: xchunked'],
  ['Transfer-Encoding: gzip, chunked'],
  ['Transfer-Encoding: chunked, gzip'],
  ['Transfer-Encoding: \vchunked'],
  ['Transfer-Encoding: identity', 'Content-Length: 5'],
  [CHUNKED, CHUNKED],
  ['X: a', ' Transfer-Encoding: chunked', 'Content-Length: 5'],
  ['Host: other', 'Content-Length: 5'],
] as const;

const BAD_CHUNKS = [
  '0x5\r\nabcde\r\n',
  '5\nabcde\r\n',
  '-5\r\n',
  'fffffffffffffffff\r\n',
  '5\r\nabcdefgh\r\n',
  'z\r\n',
] as const;

const BAD_LINES = [
  'POST /sonarqube\r\n\r\n',
  'POST /sonarqube HTTP/9.9\r\nHost: x\r\n\r\n',
  'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
  'POST  /sonarqube HTTP/1.1\r\nHost: x\r\n\r\n',
  'POST /sonarqube HTTP/1.1\nHost: x\n\n',
  'POST /sonarqube HTTP/1.1\r\n\r\n',
  'POST /sonarqube HTTP/1.1\r\nHost: a b\r\n\r\n',
  'POST /sonarqube HTTP/1.1\r\nHost: x\r\nX: a\0b\r\n\r\n',
  '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03',
] as const;

/** Attacks on what is around a body. */
const PROTOCOL: Readonly<Record<string, MakeAttack>> = {
  smuggled: (random) => ({
    parts: [post(random, ...random.pick(FRAMINGS)), EMPTY_CHUNK, random.pick(SMUGGLED)],
    end: 'wait',
    allowed: refusedWith(400),
  }),
  'bad-chunks': (random) => ({
    parts: [post(random, CHUNKED), random.pick(BAD_CHUNKS), EMPTY_CHUNK],
    end: 'wait',
    allowed: refusedWith(400),
  }),
  'bad-request-line': (random) => ({ parts: [random.pick(BAD_LINES)], end: 'wait', allowed: refusedWith(400) }),
  garbage: (random) => ({
    parts: [random.bytes(1 + random.below(500)), '\r\n\r\n'],
    end: 'wait',
    allowed: refusedWith(400),
  }),
  'many-headers': (random) => ({
    parts: [post(random, ...Array.from({ length: random.pick([101, 1_000, 10_000]) }, (_, index) => `x${index}: 1`))],
    end: 'wait',
    allowed: refusedWith(431),
  }),
  'large-headers': (random) => ({
    parts: [post(random, `x: ${'x'.repeat(16_384 + random.below(100_000))}`)],
    end: 'wait',
    allowed: refusedWith(431),
  }),
  'announced-too-large': (random) => ({
    parts: [post(random, `Content-Length: ${33_554_433 + random.below(2 ** 40)}`), random.bytes(100)],
    end: 'wait',
    allowed: refusedWith(413),
  }),
  'unknown-encoding': (random) => ({
    parts: [
      post(random, `Content-Encoding: ${random.pick(['lzma', 'gzip, gzip', 'GZIP2', '*'])}`, 'Content-Length: 2'),
      '{}',
    ],
    end: 'wait',
    allowed: [415],
  }),
  'unknown-door': (random) => ({
    parts: [
      head(
        `POST /${random.below(1e9)}/../${'%2e'.repeat(random.below(50))} HTTP/1.1`,
        'Host: fuzz',
        'Content-Length: 0',
      ),
    ],
    end: 'wait',
    allowed: [404],
  }),
  'wrong-method': (random) => ({
    parts: [
      head(`${random.pick(['GET', 'PUT', 'TRACE', 'PATCH', 'OPTIONS'])} ${random.pick(DOORS)} HTTP/1.1`, 'Host: fuzz'),
    ],
    end: 'wait',
    allowed: [200, 204, 405],
  }),
  pipelined: (random) => ({
    parts: [post(random, 'Content-Length: 2'), '{}', `${post(random, 'Content-Length: 2')}{}`.repeat(random.below(20))],
    end: random.pick(['wait', 'vanish']),
    allowed: [200],
  }),
  'half-closed': (random) => ({
    parts: [post(random, 'Content-Length: 100'), '{'],
    end: 'half-close',
    allowed: refusedWith(400),
  }),
  vanishing: (random) => ({
    parts: [post(random, 'Content-Length: 100000'), random.bytes(random.below(1_000))],
    end: 'vanish',
    allowed: ['cut'],
  }),
};

/** Attacks that take their time: each holds a connection until it is cut. */
const SLOW: Readonly<Record<string, MakeAttack>> = {
  'slow-headers': (random) => ({
    parts: [
      'POST /sonarqube HTTP/1.1\r\n',
      ...Array.from({ length: 100 }, (_, at) => [200, `x${at}: ${random.below(9)}\r\n`]).flat(),
    ],
    end: 'wait',
    allowed: refusedWith(408),
  }),
  'slow-body': (random) => ({
    parts: [post(random, CHUNKED), ...Array.from({ length: 100 }, () => [200, '1\r\n{\r\n']).flat()],
    end: 'wait',
    allowed: refusedWith(408),
  }),
  silent: () => ({ parts: [], end: 'wait', allowed: refusedWith(408) }),
  'oversized-body': (random) => ({
    parts: [post(random, CHUNKED), ...Array.from({ length: 34 }, () => `100000\r\n${'x'.repeat(1_048_576)}\r\n`)],
    end: 'wait',
    allowed: refusedWith(413),
  }),
};

/** Every attack by its name, and how many of 10,000 requests it makes up. */
const SHARES: readonly (readonly [name: string, share: number, make: MakeAttack])[] = [
  ...Object.entries(PROTOCOL).map(([name, make]) => [name, 320, make] as const),
  ...Object.entries(BODIES).map(([name, make]) => [`body-${name}`, 280, bodyAttack(make)] as const),
  ...Object.entries(SLOW).map(([name, make]) => [name, 10, make] as const),
];

/** Those that cost us most: a few of each are enough to find what they break. */
const RARE: ReadonlyMap<string, number> = new Map([
  ['body-bomb', 20],
  ['body-too-many-elements', 20],
  ['body-long-string', 50],
]);

const WEIGHTED = SHARES.map(([name, share, make]) => ({ name, make, share: RARE.get(name) ?? share }));
const TOTAL = WEIGHTED.reduce((sum, { share }) => sum + share, 0);

/** Names of all attacks. */
export const ATTACKS = WEIGHTED.map(({ name }) => name);

/** The attack of a seed: the same for ever. */
export const makeAttack = (random: Random): Attack => {
  let left = random.below(TOTAL);
  for (const { name, make, share } of WEIGHTED) {
    left -= share;
    if (left < 0) return { name, ...make(random) };
  }
  throw new Error('the shares do not add up');
};
