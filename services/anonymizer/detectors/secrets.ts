import type { Detector } from '../detectors.ts';
import { VENDOR_TOKENS } from './tokens.ts';

/** What stands between a name and its value: `=`, `: `, `" => '`. */
const SEPARATOR = String.raw`["'\]\\]{0,3}[ \t]{0,3}(?:=>|[:=])[ \t]{0,3}`;

/** Names whose value is secret in prose as well (`password: hunter`). */
const SECRET_NAMES =
  '(?:passw(?:or)?d|passphrase|passcode|pwd|secret|(?:api|access|account|private|signing|encryption|master|shared|auth|admin)[_.-]?key)';

/** Names that prose uses too (`unexpected token: eof`). */
const OPEN_NAMES =
  '(?:(?<![a-z])pass|token|credentials?|signature|session[_-]?id|(?<![a-z])(?:sid|sig|jsessionid|phpsessid))';

/** Words that follow a name when no value does: `password: must not be empty`. */
const NO_VALUE = String.raw`(?:null|undefined|nil|none|true|false|required|missing|invalid|incorrect|wrong|expired|empty|must|is|are|was|has|should|cannot|can't|not|no|too|the|an?|of|for|in|and|or|does|doesn't|failed|mismatch|unset)(?=[\s,;)\]}"'&]|[.:](?:\s|$)|$)`;

/** A value without quotes: up to a space or what ends a pair; a comma or bracket may stand inside. */
const BARE = String.raw`(?:[^\s&;,"'<>()[\]{}]|[,()[\]{}](?![\s,;)\]}"'<>&]|$|[\w-]{1,32}=)){1,512}`;

const NO_MARKER = String.raw`(?!\[[a-z-]{1,20}\])`;

/** Keys, tokens and passwords. */
export const SECRETS: readonly Detector[] = [
  {
    // With the headers that stand in some; one that was cut goes up to what can't be part of one.
    name: 'pem',
    hint: /-----BEGIN /,
    patterns: [
      /-----BEGIN [A-Z0-9 ]{1,40}-----(?:(?!-----)[\w+/=\s\\:,.()@-]){0,16384}(?:-----END [A-Z0-9 ]{1,40}-----)?/g,
    ],
  },
  {
    // Lines of a key whose head was cut, and keys in DER or OpenSSH's format without head and line ends.
    name: 'pem',
    hint: /(?:^|\n)[A-Za-z0-9+/]{60}|MII[A-Za-z0-9+/]{20}|b3BlbnNzaC1rZXktdjE/,
    patterns: [
      /^(?=[a-z0-9+/]{0,76}[A-Z])(?=[A-Z0-9+/]{0,76}[a-z])(?=[A-Za-z+/]{0,76}\d)[A-Za-z0-9+/]{60,76}={0,2}\\?$|(?<![\w+/=])(?:MII[A-Za-z0-9]|b3BlbnNzaC1rZXktdjE)[A-Za-z0-9+/]{56,16384}={0,2}(?:\s{0,2}-----END [A-Z0-9 ]{1,40}-----)?/gm,
    ],
  },
  {
    // Base64url of `{"`, and the parts that follow: three of a signed token, five of an encrypted one, fewer of one that was cut.
    name: 'jwt',
    hint: /eyJ/,
    patterns: [/(?<![\w-])eyJ[\w-]{10,8192}(?:\.[\w-]{0,8192}){0,4}/g],
  },
  {
    name: 'url-credentials',
    hint: /@/,
    patterns: [
      // Up to the last at sign of the authority: passwords with one in them, or a slash, are often not escaped.
      /(:\/\/)(?!\[url-credentials\]@)(?:[^\s/?#"'<>]{1,512}|[^\s/?#:@"'<>]{0,128}:(?!\d{1,5}(?:[/?#]|$))[^\s"'<>@]{1,128})(?=@)/g,
      // The same without a scheme: `user:password@tcp(db:3306)/` of MySQL's drivers, `thin:user/password@db` of Oracle's.
      /((?<![\w.%+-])|jdbc:oracle:[a-z0-9]{1,8}:)(?!\[url-credentials\])(?:(?<=jdbc:oracle:[a-z0-9]{1,8}:)[^\s@/:]{1,128}\/[^\s@]{1,128}|[\w.%+-]{1,64}:[^\s@:/"'<>]{1,128})(?=@(?:(?:tcp|udp|unix)\(|(?:\/\/)?[\w.-]{1,253}:\d{2,5}(?!\d)))/g,
    ],
  },
  {
    // Something that no word has must be in it: `Basic authentication failed` stays.
    name: 'bearer',
    hint: /bearer|basic/i,
    patterns: [/\b(?:[Bb]earer|BEARER|[Bb]asic|BASIC)\s{1,4}(?=[a-z.~-]{0,4096}[\dA-Z+/=_])[\w+/=.~-]{8,4096}/g],
  },
  {
    name: 'bearer',
    hint: /authorization/i,
    patterns: [
      new RegExp(
        String.raw`\b(authorization${SEPARATOR}["']?)(?!\[)(?:[a-z][\w-]{1,20} {1,2})?(?=[^\s"'\d=]{0,256}[\d=])[^\s"',;]{4,4096}`,
        'gi',
      ),
    ],
  },
  {
    name: 'cookie',
    hint: /cookie/i,
    patterns: [/\b((?:set-)?cookie["']?[ \t]{0,3}[:=][ \t]{0,3}["']?)(?!\[)(?=[^\s;=]{1,128}=)[^\r\n"']{1,4096}/gi],
  },
  ...VENDOR_TOKENS,
  {
    name: 'secret',
    hint: new RegExp(String.raw`[:=](?<=(?:${SECRET_NAMES}|${OPEN_NAMES})["'\]\\]{0,3}[ \t]{0,3}[:=])`, 'i'),
    patterns: [
      new RegExp(
        String.raw`((?:${SECRET_NAMES}|${OPEN_NAMES})${SEPARATOR}(\\?["']))${NO_MARKER}(?:(?!\2)(?:\\.|[^\\\r\n])){1,512}`,
        'gi',
      ),
      new RegExp(
        String.raw`(${SECRET_NAMES}${SEPARATOR}|${OPEN_NAMES}(?:${SEPARATOR}(?<==[ \t]{0,3})|${SEPARATOR}(?=\S{8})(?=\D{0,64}\d)))${NO_MARKER}(?!["'\\]|${NO_VALUE})${BARE}`,
        'gi',
      ),
    ],
  },
  {
    // Names that are too common elsewhere: only in the query of a URL.
    name: 'secret',
    hint: /[?&](?:key|code|auth|otp|pin|x-amz-(?:credential|security-token))=/i,
    patterns: [
      new RegExp(
        String.raw`([?&](?:key|code|auth|otp|pin|x-amz-(?:credential|security-token))=)${NO_MARKER}[^\s&#"'<>]{1,1024}`,
        'gi',
      ),
    ],
  },
];
