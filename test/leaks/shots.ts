import { gzipSync } from 'node:zlib';
import type { Kind, ProductCatalog } from '../../schemas/pack/catalog.ts';
import { encodeTraces } from '../support/otlp.ts';
import { bodyCanaries, CONNECTION_CANARIES as C, type Canary, CONTROL, headerCanaries } from './canaries.ts';
import { asSent, makeDocument, VARIANTS } from './documents.ts';
import { otherDoors, type ReportDoor, reportDoors } from './doors.ts';

/** A request that Node's own client can make. */
export interface HttpShot {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** A WebSocket that is opened, and what is sent over it. */
export interface FramesShot {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly frames: readonly Buffer[];
}

/** One request, or what looks like one, and the canaries in it. */
export interface Shot {
  readonly door: string;
  readonly canaries: readonly Canary[];
  /** A request, or bytes that go over a connection which is then left; of the port of health where it says so. */
  readonly send: HttpShot | FramesShot | { readonly bytes: Buffer };
  readonly isForAdmin?: boolean;
}

/** What every request tells of its client. */
const HEADERS = Object.fromEntries(headerCanaries.map(({ header, text }) => [header, text]));
const OF_EVERY_REQUEST: readonly Canary[] = [C.peer, C.query, ...headerCanaries];

/** Asks what would be kept. */
const ASKING = { 'candor-echo': C.echo.text } as const;

/** Where the client stands, as a trusted proxy writes it, in turn. */
const FORWARDED = [C.forwarded, C.forwardedV6, C.forwardedMapped];

let serial = 0;

const shot = (
  door: string,
  canaries: readonly Canary[],
  path: string,
  request: Partial<HttpShot> = {},
): Shot & { readonly send: HttpShot } => {
  serial += 1;
  const behind = FORWARDED[serial % FORWARDED.length] ?? C.forwarded;
  return {
    door,
    canaries: [
      ...OF_EVERY_REQUEST,
      behind,
      ...(request.headers && 'candor-echo' in request.headers ? [C.echo] : []),
      ...canaries,
    ],
    send: {
      method: 'POST',
      path: path + C.query.text,
      body: Buffer.alloc(0),
      ...request,
      headers: { ...HEADERS, 'x-forwarded-for': `${HEADERS['x-forwarded-for']}, ${behind.text}`, ...request.headers },
    },
  };
};

const headersOf = ({ host, isAskedByHeader }: ReportDoor): Readonly<Record<string, string>> => ({
  ...(host !== undefined && { host }),
  ...(isAskedByHeader && ASKING),
});

/** The shots that bring documents to a door: several at once where it takes several. */
const reportShots = (door: ReportDoor, canaries: readonly Canary[], bodies: readonly Buffer[]): Shot[] => {
  const { name, method, path, form, mark } = door;
  const to = (headers: Readonly<Record<string, string>>, body: Buffer): Shot =>
    shot(name, canaries, path, { method, headers: { ...headersOf(door), ...headers }, body });
  if (form === 'batch') {
    const lines = Buffer.from(bodies.join('\n'));
    const array = Buffer.from(`[${bodies.join(',')}]`);
    return [
      to({ 'content-type': `application/x-ndjson; ${HEADERS['content-type']}` }, lines),
      to({ 'content-encoding': 'gzip' }, gzipSync(array)),
    ];
  }
  if (form === 'frames') {
    const { send, ...rest } = to({}, Buffer.alloc(0));
    return [{ ...rest, send: { ...send, frames: bodies } }];
  }
  return bodies.map((body) => (mark === 'plain' ? to({}, body) : to({ 'content-encoding': 'gzip' }, gzipSync(body))));
};

const textOf = ({ text }: Canary): string => `it failed (${CONTROL.text}): ${text} and so on`;

const newId = (): string => {
  serial += 1;
  return `installation-${serial}`;
};

/** The spans of an operation with the text wherever a span can hold one. */
const traces = (text: string): Buffer =>
  encodeTraces([
    {
      'service.instance.id': { stringValue: newId() },
      'os.description': { stringValue: text },
      'host.name': { stringValue: text },
      [text]: { stringValue: text },
    },
    [
      {
        traceId: '5be41f07c3d94a62b81f60e2975dc304',
        spanId: serial.toString(16).padStart(16, '0'),
        name: 'cmd',
        attributes: { command: { stringValue: 'fetch' }, error: { stringValue: text }, [text]: { intValue: '1' } },
        status: { code: 2, message: text },
      },
    ],
  ]);

/** The documents of one contract that have the canary in them: in every text, in fields that no contract lists, and as their names. */
const documentsOf = ({ kind, contract }: Kind, canary: Canary): Buffer[] => {
  const made = Array.from({ length: VARIANTS }, (_, variant) => {
    const filling = { text: textOf(canary), bare: canary.text, id: newId(), variant };
    const { document } = makeDocument(contract.schema, filling);
    return Buffer.from(JSON.stringify(asSent(kind, document)));
  });
  // Most contracts have one shape only.
  return made.filter((each, index) => index === 0 || each.length !== made[0]?.length);
};

/** A document that has the canary for the id of its installation. */
const namedBy = ({ kind, contract }: Kind, { text }: Canary): Buffer => {
  const { document } = makeDocument(contract.schema, { text: '', bare: '', id: text, variant: 0 });
  return Buffer.from(JSON.stringify(asSent(kind, document)));
};

/** One in so many canaries comes to each door that is asked by its header: the echo doors get all, and answer the same. */
const ASKED_SHARE = 6;

/** Every canary in documents of every kind, through every door. */
const documents = (catalog: ProductCatalog): Shot[] =>
  reportDoors(catalog).flatMap((door, doorIndex) => {
    const canaries = bodyCanaries(door.mark).filter(
      (_, index) => !door.isAskedByHeader || index % ASKED_SHARE === doorIndex % ASKED_SHARE,
    );
    if (door.form === 'otlp')
      return canaries.flatMap((canary) => reportShots(door, [canary], [traces(textOf(canary))]));
    const kinds = [...catalog.kinds.values()].filter(({ pack }) => pack.product === door.product);
    // Doors for many documents get all of a kind at once.
    const groups = door.form === 'json' ? canaries.map((canary) => [canary]) : [canaries];
    return kinds.flatMap((kind) =>
      groups.flatMap((group) =>
        reportShots(
          door,
          group,
          group.flatMap((canary) => [
            ...documentsOf(kind, canary),
            // They come to nothing, and the same everywhere: they go where they cost no requests, and where an id is all there is.
            ...(door.form === 'json' && door.method !== 'DELETE' ? [] : [namedBy(kind, canary)]),
          ]),
        ),
      ),
    );
  });

/** Bodies that come to nothing, at every door, with all canaries in each. */
const deadLetters = (catalog: ProductCatalog): Shot[] =>
  reportDoors(catalog).flatMap((door) => {
    const canaries = bodyCanaries(door.mark);
    const all = canaries.map(textOf);
    const text = all.join('\n');
    const json = JSON.stringify({ id: newId(), version: '10.7', text });
    const bodies = [
      json.slice(0, -2),
      JSON.stringify(all),
      JSON.stringify(text),
      JSON.stringify({ [text]: text }),
      JSON.stringify({ id: text }),
      // Broken contracts: texts in place of numbers and lists, keys that no map takes.
      JSON.stringify({ id: newId(), version: { text }, users: text, messageSequenceNumber: text }),
      JSON.stringify({ uuid: newId(), num_clients: { text }, bridge: { data_bridge: { [text]: text } }, gateway: all }),
      JSON.stringify({ license_jti: text, metadata_db_uid: newId(), metrics: { [text]: [{ [text]: text }] } }),
      JSON.stringify({ system_id: newId(), dt_version: all, db_type: text, db_version: { text } }),
      JSON.stringify({ cookie: newId(), operation: text, batch: [{ event: text, properties: text }] }),
    ].map((body) => Buffer.from(body));
    const notUtf8 = Buffer.concat([Buffer.from(json), Buffer.from([0xff, 0xfe])]);
    return [...bodies, notUtf8].flatMap((body) => reportShots(door, canaries, [body]));
  });

/** Bodies that are not what their headers say. */
const malformedBodies = (catalog: ProductCatalog): Shot[] =>
  reportDoors(catalog).flatMap((door) => {
    const { name, path, method } = door;
    const isShown = door.mark === 'shown';
    const [packed, plain] = [bodyCanaries(isShown ? 'shown' : 'packed'), bodyCanaries(isShown ? 'shown' : 'plain')];
    const whole = gzipSync(JSON.stringify({ id: newId(), version: '1', text: packed.map(textOf).join('\n') }));
    const text = Buffer.from(plain.map(textOf).join('\n'));
    const cases: readonly (readonly [readonly Canary[], string, Buffer])[] = [
      [packed, 'gzip', whole.subarray(0, whole.length / 2)],
      [packed, 'gzip', Buffer.concat([whole.subarray(0, 60), Buffer.alloc(60), whole.subarray(120)])],
      [packed, 'deflate', whole],
      [plain, 'gzip', Buffer.concat([whole.subarray(0, 10), text])],
      [plain, 'br', text],
      [plain, 'zstd', text],
      [[C.encoding], C.encoding.text, whole],
      [[], 'identity', Buffer.alloc(0)],
    ];
    return cases.map(([canaries, encoding, body]) =>
      shot(name, canaries, path, { method, body, headers: { ...headersOf(door), 'content-encoding': encoding } }),
    );
  });

/** Requests that no door takes, and those at doors that take nothing. */
const unknownDoors = (catalog: ProductCatalog): Shot[] => [
  ...otherDoors(catalog).flatMap(({ name, method, path }) => [
    shot(name, [], path, { method }),
    shot(name, [], path, { method, headers: ASKING }),
    shot(name, [C.path], path.replace(/\{\w+\}/, encodeURIComponent(C.path.text)), { method }),
  ]),
  shot('an unknown path', [C.path], C.path.text),
  shot('an unknown path', [C.path], C.path.text, { method: 'GET' }),
  shot('an unknown product', [C.path], `/v1/reports${C.path.text}`, { body: Buffer.from('{}') }),
  shot('a wrong method', [], '/sonarqube', { method: 'PUT' }),
  shot('a wrong method', [], '/v1/http', { method: 'OPTIONS' }),
  shot('an unknown host', [C.host], '/', { headers: { host: C.host.text }, body: Buffer.from('{}') }),
];

const head = (request: string, ...lines: readonly string[]): string =>
  [request, 'Host: candor.example', ...headerCanaries.map(({ header, text }) => `${header}: ${text}`), ...lines].join(
    '\r\n',
  );

/** What is no HTTP, or ends too early. */
const brokenHttp = (): Shot[] => {
  const broken = (door: string, canaries: readonly Canary[], text: string): Shot => ({
    door,
    canaries: [C.peer, ...canaries],
    send: { bytes: Buffer.from(text, 'latin1') },
  });
  const post = `POST /sonarqube${C.query.text} HTTP/1.1`;
  const known = [C.query, ...headerCanaries];
  return [
    broken('bytes that are no HTTP', [C.malformed], `${C.malformed.text}\r\n\r\n`),
    broken('bytes that are no HTTP', [C.malformed], `POST /${C.malformed.text} HTTP/9.9\r\n\r\n`),
    broken('bytes that are no HTTP', [C.method], `${C.method.text} /sonarqube HTTP/1.1\r\nHost: a\r\n\r\n`),
    broken(
      'a URL with a login',
      [C.login],
      `${head(`POST ${C.login.text}/sonarqube HTTP/1.1`, 'Content-Length: 2')}\r\n\r\n{}`,
    ),
    broken(
      'headers that are too large',
      [C.overflow],
      `${head(post, `X-Large: ${C.overflow.text.repeat(2_000)}`)}\r\n\r\n`,
    ),
    broken('a broken header', known, `${head(post, `No colon ${C.malformed.text}`)}\r\n\r\n`),
    broken('a cut connection', known, `${head(post, 'Content-Length: 1000')}\r\n\r\n{"id":"cut`),
    broken('a cut connection', known, `${head(post, 'Transfer-Encoding: chunked')}\r\n\r\n3${C.chunk.text}\r\n{"i\r\n`),
    broken('two lengths', known, `${head(post, 'Content-Length: 5', 'Transfer-Encoding: chunked')}\r\n\r\n0\r\n\r\n`),
    broken(
      'trailers',
      [C.trailer, C.chunk, ...known],
      `${head(post, 'Transfer-Encoding: chunked')}\r\n\r\n2${C.chunk.text}\r\n{}\r\n0\r\nX-User: ${C.trailer.text}\r\n\r\n`,
    ),
    broken('an upgrade', known, `${head(post, 'Connection: Upgrade', 'Upgrade: h2c', 'Content-Length: 2')}\r\n\r\n{}`),
  ];
};

/** The pages of health, asked as anybody could. */
const adminPages = (): Shot[] =>
  ['/healthz', '/readyz', '/metrics', C.path.text].map((path) => ({
    ...shot(path === C.path.text ? 'an unknown page of health' : `GET ${path}`, [C.path], path, { method: 'GET' }),
    isForAdmin: true,
  }));

/** All shots of the gate, so mixed that each part of them comes through every door. */
export const makeShots = (catalog: ProductCatalog): readonly Shot[] => {
  const shots = [
    ...documents(catalog),
    ...deadLetters(catalog),
    ...malformedBodies(catalog),
    ...unknownDoors(catalog),
    ...brokenHttp(),
    ...adminPages(),
  ];
  const parts = 12;
  return shots
    .map((each, index) => ({ each, part: index % parts, index }))
    .sort((a, b) => a.part - b.part || a.index - b.index)
    .map(({ each }) => each);
};
