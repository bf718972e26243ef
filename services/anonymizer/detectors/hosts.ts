import type { Detector } from '../detectors.ts';

const LABEL = String.raw`[a-z\d_](?:[a-z\d_-]{0,61}[a-z\d_])?`;

/** Public sites that programs name in their messages, and the machine itself: nobody's host. */
const PUBLIC = String.raw`(?:localhost|(?:(?:www|docs|developer|legacy|api)\.)?(?:reactjs\.org|react\.dev|w3\.org|github\.com|nodejs\.org|mozilla\.org|stackoverflow\.com|apache\.org|spring\.io|oracle\.com|postgresql\.org|graphql\.org|sonarqube\.org|sonarsource\.com|hasura\.io|cloudquery\.io|emqx\.(?:io|com)|dependencytrack\.org))(?![\w.-])`;

/** Schemes whose authority is no host but a bundle or an extension of a browser. */
const NO_HOST_SCHEMES = '(?:webpack|webpack-internal|ng|node|classpath|resource|[a-z]{2,8}-(?:web-)?extension)';

/** Endings of names of source and data files, which stand in front of a line's number as hosts do in front of a port's. */
const FILES =
  '(?:[cm]?[jt]sx?|java|kt|scala|groovy|clj|go|py|rb|rs|cc?|cpp|h|hpp|hs|[eh]rl|exs?|cs|fs|php|html?|css|scss|json|xml|ya?ml|sql|sh|vue|svelte|lua|pl|pm|swift|dart|wasm|map|txt|log|md|conf|ini|toml|properties|graphql)';

const NO_NAME = String.raw`(?:null|undefined|none|true|false|required|missing|invalid|unknown|localhost|not|no|is|was|has|must|should|cannot|failed|name|port|the|an?|of|for|in|and|or|with|by|on|to)(?![\w-])`;

/** Names of machines, which tell their owners. */
export const HOSTS: readonly Detector[] = [
  {
    // `\\server\share`; an escaped text has the backslashes twice. `\\u0041\\u0042` are characters.
    name: 'host',
    hint: /\\\\[\w.$-]{2}/,
    patterns: [/((?<![\w:\\])\\\\(?:\\\\)?)(?!u[0-9a-f]{4}\\|x[0-9a-f]{2}\\)[\w.$-]{2,253}(?=\\{1,2}[\w.$[-])/gi],
  },
  {
    // With the ports where several hosts stand in a row: `mongodb://a:27017,b:27017`.
    name: 'host',
    hint: /:\/\/[^\s/]|:@/,
    patterns: [
      new RegExp(
        String.raw`(:\/\/(?<!\b${NO_HOST_SCHEMES}:\/\/)(?:\[url-credentials\]@)?|jdbc:oracle:[a-z\d]{1,8}:(?:\[url-credentials\])?@)(?!\[|${PUBLIC})[^\s/:?#@"'<>()[\]{},;\\]{1,253}(?:(?::\d{1,5})?,[^\s/:?#@"'<>()[\]{},;\\]{1,253}:\d{1,5}){0,16}`,
        'gi',
      ),
    ],
  },
  {
    // Names that clouds, Windows and macOS give by themselves.
    name: 'host',
    hint: /\d-\d{1,3}-\d{1,3}-\d|\bi-0|DESKTOP-|LAPTOP-|WIN-|MacBook|MBP|iMac|Mac-mini|fv-az/,
    patterns: [
      /(?<![\w.-])(?:(?:ip|ec2|host|vm|node|static|dsl|dhcp|client|pool|cpe)-\d{1,3}(?:-\d{1,3}){3}(?:\.[\w-]{1,63}){0,8}|i-0[0-9a-f]{16}|(?:DESKTOP|LAPTOP)-[A-Z0-9]{7}|WIN-[A-Z0-9]{11}|fv-az\d{1,5}-\d{1,5}|[A-Za-z0-9][\w-]{0,62}-(?:MacBook(?:-(?:Pro|Air))?|MBP|iMac|Mac-mini)(?:-\d{1,2})?(?:\.[a-z]{2,8})?)(?![\w-])/g,
    ],
  },
  {
    // `uname -a`: system, host, release.
    name: 'host',
    hint: /(?:Linux|Darwin|BSD|SunOS) \S{1,253} \d/,
    patterns: [
      /\b((?:Linux|Darwin|FreeBSD|OpenBSD|NetBSD|SunOS) )(?!\[|\d|(?:kernel|version|release|Mint|Server|AMI|Rolling|localhost)\b)[\w.-]{1,253}(?= \d{1,3}\.\d{1,4}(?:\.\d|-(?:RELEASE|STABLE|CURRENT)| \d{1,3}\.\d))/g,
    ],
  },
  {
    // Names of private networks and of reverse lookups.
    name: 'host',
    hint: /\.(?:internal|local|localdomain|lan|corp|intranet|consul|svc|arpa)\b/i,
    patterns: [
      new RegExp(
        String.raw`(?<![\w.@/\\-])(?:\[ipv4\]\.|(?:${LABEL}\.){1,8})(?:[a-z\d-]{1,63}\.){0,32}(?:internal|local|localdomain|lan|corp|intranet|consul|svc|arpa)(?![\w-]|\.\w|\()`,
        'gi',
      ),
    ],
  },
  {
    // Three labels or more, in lower case; Java's packages begin as these end.
    name: 'host',
    hint: /\.(?:com|net|org|edu|gov|mil)\b/,
    patterns: [
      new RegExp(
        String.raw`(?<![\w.@/\\-])(?!(?:com|org|net|edu|gov|mil|io|java|javax)\.|${PUBLIC})(?:${LABEL}\.){2,8}(?:com|net|org|edu|gov|mil)(?:\.[a-z]{2})?(?![\w-]|\.\w|\()`,
        'g',
      ),
    ],
  },
  {
    // Any top-level domain in front of a port.
    name: 'host',
    hint: new RegExp(String.raw`:\d{2,5}(?!\d)(?<=\.(?!${FILES}:)[a-z]{2,24}:\d{2,5})`),
    patterns: [
      new RegExp(String.raw`(?<![\w.@/\\-])(?:${LABEL}\.){1,8}(?!${FILES}:)[a-z]{2,24}(?=:\d{2,5}(?![\d:.]))`, 'g'),
    ],
  },
  {
    // Where a message says that it names a host.
    name: 'host',
    hint: /ENOTFOUND|EAI_AGAIN|UnknownHostException|lookup|host ?name|server at/,
    patterns: [
      /((?:ENOTFOUND|EAI_AGAIN|UnknownHostException:) |\b[Ll]ookup (?=[\w.-]{1,253}(?: on |: ))|\b(?:host ?name|server at) \\?["'])(?!localhost\b|\[)[\w.-]{1,253}/g,
    ],
  },
  {
    name: 'host',
    hint: /[=:](?<=(?:host|server|node|computer|machine|source)(?:[ _-]?name|addr)?["'\\]{0,2} ?[=:])|\[user\]["'`]@/i,
    patterns: [
      new RegExp(
        String.raw`((?<![a-z])(?:(?:db|node|computer|machine|server)[_-]?)?(?:host(?:[ _-]?name|addr)?["'\\]{0,2} ?[=:]|(?:server|node|computer|machine)(?:[_-]?name)?["'\\]{0,2} ?=|data source["'\\]{0,2} ?=)[ ]?\\?["']?|\[user\]["'${'`'}]@["'${'`'}])(?!\[|${NO_NAME}|\d{1,5}(?![\w.-]))[\w.-]{1,253}(?!\()`,
        'gi',
      ),
    ],
  },
];
