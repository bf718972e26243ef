/**
 * Whose canaries they are, by how they are sent. What a client's connection and headers hold may be written nowhere; what is in
 * a body stays there on the raw topic until it expires, and may be nowhere else. So that the two can be told apart in files that
 * hold both, each kind for bodies comes twice: `packed` ones are only ever sent compressed, `plain` ones as they are. A third
 * time it comes as `shown`, in bodies of which is only asked what would be kept: they may be written nowhere either.
 */
export type Mark = 'client' | BodyMark;

/** See {@link Mark}. */
export type BodyMark = 'packed' | 'plain' | 'shown';

/** The number of each in what is made up: names, addresses, cards. */
const NUMBERS = { packed: 1, plain: 2, shown: 3 } as const satisfies Readonly<Record<BodyMark, number>>;

type BodyNumber = (typeof NUMBERS)[BodyMark];

/** A personal datum or a secret that nobody else would ever write. */
export interface Canary {
  readonly mark: Mark;
  readonly kind: string;
  /** What a client sends. */
  readonly text: string;
  /** The parts of it that may be found nowhere. */
  readonly secrets: readonly string[];
}

/** A canary for bodies before it is known how it is sent: `name` is the name of person `n`. */
type Draft = (n: BodyNumber, name: string) => readonly [text: string, ...secrets: string[]];

/** Networks for documentation and benchmarks (RFC 5737, 3849, 2544): nobody sends from there, and no database knows a place for them. */
const V4 = { client: '198.51.100', 1: '203.0.113', 2: '192.0.2', 3: '198.18.231' } as const;
const V6 = { client: '2001:db8:c1e7', 1: '2001:db8:9ac2', 2: '2001:db8:91a3', 3: '2001:db8:5e03' } as const;

const v4 = (n: BodyNumber, host: number): string => `${V4[n]}.${host}`;
const v6 = (n: BodyNumber, tail: string): string => `${V6[n]}:${tail}`;

const base64url = (text: string): string => Buffer.from(text).toString('base64url');

/** Numbers that are nobody's, with check digits that are right. */
const CARDS = { 1: '4175004000004443', 2: '5425230000004415', 3: '4532006000007779' } as const;
const IBANS = { 1: 'DE57370400440000000101', 2: 'GB51WEST12345600000202', 3: 'NL45CNRY0123456789' } as const;

const inGroups = (number: string): string => number.replace(/(.{4})(?=.)/g, '$1 ');

/** The same in the full-width forms of East Asian scripts, which read as the ordinary ones. */
const wide = (text: string): string =>
  text.replace(/[!-~]/g, (character) => String.fromCharCode(character.charCodeAt(0) + 0xfee0));

/** Kinds for bodies, each as it stands in texts of the five products. */
const DRAFTS: Readonly<Record<string, Draft>> = {
  'mail address': (_, name) => [`${name}@canary.example.org`, name],
  'mail address with a tag': (_, name) => [`${name}+ci.tag@mail.canary.example.org`, name],
  'mail address in brackets': (_, name) => [`"Ada" <${name}@canary.example.org>`, name],
  'mail address with an umlaut': (_, name) => [`j\u00fcrgen.${name}@b\u00fccher.example`, name],
  'IPv4 address': (n) => [v4(n, 101), v4(n, 101)],
  'IPv4 address with a port': (n) => [`connect to ${v4(n, 102)}:5432`, v4(n, 102)],
  'IPv4 address in a URL': (n) => [`http://${v4(n, 103)}:8080/api`, v4(n, 103)],
  'IPv4 address in parentheses': (n) => [`Linux (${v4(n, 104)})`, v4(n, 104)],
  'range of IPv4 addresses': (n) => [`${v4(n, 105)}-${v4(n, 106)}`, v4(n, 105), v4(n, 106)],
  'IPv6 address': (n) => [v6(n, '85a3:17c4:8a2e:370:7334'), v6(n, '85a3:17c4:8a2e:370:7334')],
  'IPv6 address, shortened': (n) => [v6(n, ':7335'), v6(n, ':7335')],
  'IPv6 address in capitals': (n) => [v6(n, ':ABCD:7336').toUpperCase(), v6(n, ':abcd:7336')],
  'IPv6 address with a port': (n) => [`[${v6(n, ':7337')}]:443`, v6(n, ':7337')],
  'IPv6 address with a zone': (n) => [`fe80::c0de:ca7:${n}7ab%eth0`, `fe80::c0de:ca7:${n}7ab`],
  'IPv4 address as IPv6': (n) => [`::ffff:${v4(n, 107)}`, v4(n, 107)],
  'MAC address': (n) => [`0a:c0:de:ca:7e:0${n}`, `0a:c0:de:ca:7e:0${n}`],
  'MAC address with dashes': (n) => [`0A-C0-DE-CA-7F-0${n}`, `0a-c0-de-ca-7f-0${n}`],
  'MAC address of 64 bits': (n) => [`0a:c0:de:ff:fe:ca:7d:0${n}`, `0a:c0:de:ff:fe:ca:7d:0${n}`],
  'user and password in a URL': (_, name) => [`https://${name}:pw-${name}@git.example.org/repo`, name],
  'user in a URL': (_, name) => [`ssh://${name}@git.example.org/repo`, name],
  'data source name': (_, name) => [`postgres://${name}:s3cr3t@db/metadata?sslmode=require`, name],
  'password of a Redis URL': (_, name) => [`redis://:${name}@cache:6379/0`, name],
  'password in a query string': (_, name) => [`https://example.org/login?password=${name}&next=1`, name],
  'API key in a query string': (_, name) => [`GET /v1/items?api_key=${name}`, name],
  'access token in a query string': (_, name) => [`/callback?access_token=${name}&state=1`, name],
  'secret in a pair': (_, name) => [`secret=${name}`, name],
  'bearer token': (_, name) => [`Authorization: Bearer ${name}.0A1B2C3D`, name],
  'basic authentication': (_, name) => [`Authorization: Basic ${Buffer.from(`user:${name}`).toString('base64')}`, name],
  'JSON web token': (_, name) => {
    const claims = base64url(JSON.stringify({ sub: name, iat: 1_516_239_022 }));
    return [`${base64url('{"alg":"HS256","typ":"JWT"}')}.${claims}.c2lnbmF0dXJlLXNpZ25hdHVyZQ`, claims, name];
  },
  'private key': (_, name) => {
    const key = Buffer.from(`${name} key material, long enough for a line`).toString('base64');
    return [`-----BEGIN RSA PRIVATE KEY-----\n${key}\n-----END RSA PRIVATE KEY-----`, key];
  },
  'private key in one line': (_, name) => {
    const key = Buffer.from(`${name} another key, in an escaped text`).toString('base64');
    return [`-----BEGIN PRIVATE KEY-----\\n${key}\\n-----END PRIVATE KEY-----`, key];
  },
  'token of GitHub': (_, name) => [`ghp_${name}0123456789abcdefABCD`, name],
  'fine-grained token of GitHub': (_, name) => [`github_pat_11ABCDEFG0${name}0123456789`, name],
  'token of SonarQube': (n) => [`squ_${`c0deca7e${n}5`.repeat(4)}`, `c0deca7e${n}5`.repeat(4)],
  'token of GitLab': (_, name) => [`glpat-${name}-01234567`, name],
  'key of AWS': (n) => [`AKIAC0DECA7E2345678${n}`, `AKIAC0DECA7E2345678${n}`],
  'token of Slack': (_, name) => [`xoxb-123456789012-${name}`, name],
  'secret behind a colon': (_, name) => [`password: ${name}`, name],
  'password in quotes': (_, name) => [`"password": "${name} and more"`, name],
  'token of npm': (_, name) => [`npm_${name}0123456789abcdefABCD`, name],
  'key of a signed URL': (_, name) => [`https://s3.example.org/b?X-Amz-Security-Token=${name}`, name],
  cookie: (_, name) => [`Cookie: session=${name}; theme=dark`, name],
  'card number': (n) => [`card ${CARDS[n]}`, CARDS[n]],
  'card number in groups': (n) => [`card ${inGroups(CARDS[n])}.`, inGroups(CARDS[n])],
  'bank account': (n) => [`from ${IBANS[n]}`, IBANS[n]],
  'bank account in groups': (n) => [`from ${inGroups(IBANS[n])}`, inGroups(IBANS[n])],
  'name of a private host': (_, name) => [`lookup ${name}.corp.internal: no such host`, name],
  'name of a host in a URL': (_, name) => [`GET https://${name}.example.net/api failed`, name],
  'name of a host in a message': (_, name) => [`getaddrinfo ENOTFOUND ${name}`, name],
  'host that is named in a pair': (_, name) => [`host=${name} port=5432`, name],
  'host of a system': (_, name) => [`Linux ${name} 6.1.0-18-amd64 #1 SMP`, name],
  'host of a share': (_, name) => [`\\\\${name}\\builds\\lib`, name],
  'name that a cloud gave a host': (n) => [`on ip-10-83-91-11${n}.ec2.internal`, `ip-10-83-91-11${n}`],
  'user that a database names': (_, name) => [`password authentication failed for user "${name}"`, name],
  'user that is named in a pair': (_, name) => [`user=${name} dbname=metadata`, name],
  'IPv4 address in full-width digits': (n) => [wide(v4(n, 108)), wide(v4(n, 108)), v4(n, 108)],
  'mail address in full-width letters': (_, name) => [wide(`${name}@canary.example.org`), wide(name), name],
  'mail address with a zero-width space': (_, name) => [
    `${name.slice(0, 5)}\u200b${name.slice(5)}@canary.example.org`,
    name.slice(5),
  ],
  'home directory on Linux': (_, name) => [`/home/${name}/.m2/repository`, name],
  'home directory on a Mac': (_, name) => [`at load (/Users/${name}/app/index.js:10:5)`, name],
  'home directory on Windows': (_, name) => [`C:\\Users\\${name}\\AppData\\Local\\Temp`, name],
  'home directory on Windows, escaped': (_, name) => [`C:\\\\Users\\\\${name}\\\\go\\\\bin`, name],
};

/** Somebody's name that is nobody's: 16 letters and figures, one per kind. */
const nameOf = (index: number, n: number): string => `wrenley${n}canary${String(index).padStart(2, '0')}`;

/** The kinds for bodies, as they are sent. */
export const bodyCanaries = (mark: BodyMark): readonly Canary[] =>
  Object.entries(DRAFTS).map(([kind, draft], index) => {
    const n = NUMBERS[mark];
    const [text, ...secrets] = draft(n, nameOf(index, n));
    return { mark, kind, text, secrets };
  });

/** A header that a client, or whoever stands in front of it, sends. */
type Header = readonly [name: string, value: string, ...secrets: string[]];

const address = (host: number): string => `${V4.client}.${host}`;
const person = (index: number): string => nameOf(index, 4);

const HEADERS: readonly Header[] = [
  ['x-forwarded-for', `${address(11)}, ${address(12)}`, address(11), address(12)],
  ['forwarded', `for=${address(13)};proto=https;by=${address(14)}`, address(13), address(14)],
  ['x-real-ip', address(15), address(15)],
  ['x-client-ip', address(16), address(16)],
  ['true-client-ip', address(17), address(17)],
  ['cf-connecting-ip', `${V6.client}::18`, `${V6.client}::18`],
  ['fastly-client-ip', `${V6.client}::19`, `${V6.client}::19`],
  ['x-cluster-client-ip', `::ffff:${address(20)}`, address(20)],
  ['x-original-forwarded-for', address(21), address(21)],
  ['x-forwarded', `for="[${V6.client}::22]:4711"`, `${V6.client}::22`],
  ['forwarded-for', address(23), address(23)],
  ['x-envoy-external-address', address(24), address(24)],
  ['x-forwarded-host', `${person(1)}.corp.example`, person(1)],
  ['via', `1.1 ${person(2)}.corp.example (squid)`, person(2)],
  ['referer', `https://${person(3)}.example/?user=${person(4)}`, person(3), person(4)],
  ['origin', `https://${person(5)}.example`, person(5)],
  ['user-agent', `SonarQube/10.7 (${person(6)}@${address(25)})`, person(6), address(25)],
  ['cookie', `session=${person(7)}; id=1`, person(7)],
  ['authorization', `Bearer ${person(8)}`, person(8)],
  ['proxy-authorization', `Basic ${Buffer.from(`u:${person(9)}`).toString('base64')}`, person(9)],
  ['from', `${person(10)}@canary.example.org`, person(10)],
  ['x-request-id', person(11), person(11)],
  ['traceparent', `00-${person(12)}-00f067aa0ba902b7-01`, person(12)],
  ['x-api-key', person(13), person(13)],
  ['accept-language', `de-${person(14)}`, person(14)],
  ['content-type', `application/json; charset=utf-8; user=${person(15)}`, person(15)],
  ['content-disposition', `attachment; filename="${person(16)}.json"`, person(16)],
  ['if-none-match', `"${person(17)}"`, person(17)],
  [`x-${person(18)}`, '1', person(18)],
];

/** The headers of every request, and what of them may be found nowhere. */
export const headerCanaries: readonly (Canary & { readonly header: string })[] = HEADERS.map(
  ([header, text, ...secrets]) => ({ mark: 'client', kind: `header ${header}`, header, text, secrets }),
);

const client = (kind: string, text: string, ...secrets: string[]): Canary => ({ mark: 'client', kind, text, secrets });

/** What a client's request line and connection tell beside its headers, and how each is sent. */
export const CONNECTION_CANARIES = {
  peer: client('address of the peer', '127.83.91.117', '127.83.91.117'),
  forwarded: client('address behind a proxy', address(31), address(31)),
  forwardedV6: client('IPv6 address behind a proxy', `${V6.client}:1:2:3:4:32`, `${V6.client}:1:2:3:4:32`),
  forwardedMapped: client('mapped address behind a proxy', `::ffff:${address(33)}`, address(33)),
  query: client(
    'query of the URL',
    `?user=${person(31)}&ip=${address(34)}&${person(32)}`,
    person(31),
    address(34),
    person(32),
  ),
  path: client('path of the URL', `/v1/unknown/${person(33)}/${address(35)}`, person(33), address(35)),
  host: client('host of the URL', `${person(34)}.corp.example`, person(34)),
  login: client('login in the URL', `http://${person(35)}:pw@candor.example`, person(35)),
  method: client('method', `X${person(36).toUpperCase()}`, person(36)),
  encoding: client('content encoding', person(37), person(37)),
  trailer: client('trailer', person(38), person(38)),
  chunk: client('chunk extension', `;user=${person(39)}`, person(39)),
  malformed: client('line that is no HTTP', `${person(40)} ${address(36)} is not HTTP`, person(40), address(36)),
  overflow: client('headers too large', person(41), person(41)),
  echo: client('header candor-echo', `for ${person(42)} at ${address(37)}`, person(42), address(37)),
} as const;

/** What stands beside every canary in a free text and is kept: where it is not found, a search for the others says nothing. */
export const CONTROL: Canary = client('control', 'kept: in the middle', 'kept: in the middle');

/** All canaries of the gate. */
export const allCanaries = (): readonly Canary[] => [
  ...bodyCanaries('packed'),
  ...bodyCanaries('plain'),
  ...bodyCanaries('shown'),
  ...headerCanaries,
  ...Object.values(CONNECTION_CANARIES),
];
