import type { Detector } from '../detectors.ts';

const BYTE = String.raw`(?:25[0-5]|2[0-4]\d|[01]?\d?\d)`;
const QUAD = String.raw`(?:${BYTE}\.){3}${BYTE}`;

/** What says that four numbers are a version: a word in front, or the operator of a range. */
const VERSION_BEFORE = String.raw`(?:\b(?:version|release|build|driver|patch|ver|oracle|edge?|opr|chrome|chromium|headlesschrome)\.?["']?[ :=/]{1,3}["']?|[~^]|[<>~]=?[ ]?)`;

/** What says so behind them. */
const VERSION_BEHIND = String.raw`(?:\+|\.(?:RELEASE|Final|GA|SNAPSHOT|RC\d|jar|zip|tar|dll|exe|nupkg))`;

/** `::` stands in C++ and Ruby as well: without a digit, it takes three groups to be an address. */
const ipv6Chars = (text: string): number =>
  /\d/.test(text) || /\w:+\w+:+\w/.test(text) || text.endsWith(']') ? text.length : 0;

/** Addresses of machines in networks. */
export const ADDRESSES: readonly Detector[] = [
  {
    // Six or eight pairs that aren't part of a longer row, such as a fingerprint; or three groups of four, as Cisco writes them.
    name: 'mac',
    hint: /[:-][0-9a-f]{2}[:-][0-9a-f]{2}[:-][0-9a-f]{2}[:-]|\.[0-9a-f]{4}\.[0-9a-f]{4}/i,
    patterns: [
      /(?<!\w|(?<!\w)[0-9a-f]{2}[:-])(?:[0-9a-f]{2}[:-]){5}(?:(?:[0-9a-f]{2}[:-]){2})?[0-9a-f]{2}(?!\w|[:-][0-9a-f]{2})|(?<![\w.])(?=[\d.]{0,13}[a-f])[0-9a-f]{4}\.[0-9a-f]{4}\.[0-9a-f]{4}(?![\w.])/gi,
    ],
  },
  {
    // IPv6 that ends as IPv4 does: `::ffff:203.0.113.9`.
    name: 'ipv6',
    hint: /:(?:\d{1,3}\.){3}\d/,
    patterns: [
      new RegExp(
        String.raw`(?<![\w:.])(?:(?:[0-9a-f]{1,4}:){6}|::(?:[0-9a-f]{1,4}:){0,5}|(?:[0-9a-f]{1,4}:){1,5}:(?:[0-9a-f]{1,4}:){0,4})${QUAD}(?![\w:]|\.\d)`,
        'gi',
      ),
    ],
  },
  {
    name: 'ipv6',
    hint: /::|:[0-9a-f]{1,4}:[0-9a-f]{1,4}:[0-9a-f]{1,4}:/i,
    patterns: [
      /(?<![\w:.])(?:(?:[0-9a-f]{1,4}:){7}[0-9a-f]{1,4}|(?:[0-9a-f]{1,4}:){1,6}(?::[0-9a-f]{1,4}){1,6}|::(?:[0-9a-f]{1,4}:){0,5}[0-9a-f]{1,4}|(?:[0-9a-f]{1,4}:){1,7}:)(?:%\w{1,16})?(?![\w:])/gi,
    ],
    measure: ipv6Chars,
  },
  {
    // Four numbers up to 255 that aren't part of a longer version; `5.4.181.99-1` keeps its tail and so is none, but both
    // ends of a range are. `4.0.0.0` is a version of .NET, or else a network: nobody's address.
    name: 'ipv4',
    hint: /\d\.\d{1,3}\.\d{1,3}\.\d/,
    patterns: [
      new RegExp(
        String.raw`(?=\d)(?<![\w.]|(?<=\w-)(?<!(?:\d{1,3}\.){3}\d{1,3}-)|${VERSION_BEFORE})(?!\d{1,3}(?:\.0){3}(?![\w.]))${QUAD}(?!\w|\.\d|-(?!(?:\d{1,3}\.){3}\d)\w|${VERSION_BEHIND})`,
        'gi',
      ),
    ],
  },
];
