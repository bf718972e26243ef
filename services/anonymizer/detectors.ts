/** Finds one kind of personal data or secret in free text. */
export interface Detector {
  /** Names the marker that stands in the text afterwards: `[email]`. */
  readonly name: string;
  /** Global; every repetition is bounded, so that it takes linear time on any text. */
  readonly pattern: RegExp;
  /** What is left of a match; the marker alone when not given. */
  readonly replacement?: string;
}

/** The detectors, in the order in which they are applied: what holds another kind inside comes first. */
export const DETECTORS: readonly Detector[] = [
  { name: 'pem', pattern: /-----BEGIN [A-Z ]{1,40}-----[A-Za-z0-9+/=\s\\]{0,16384}(?:-----END [A-Z ]{1,40}-----)?/g },
  { name: 'jwt', pattern: /(?<![\w-])eyJ[\w-]{10,4096}\.[\w-]{10,8192}\.[\w-]{0,1024}/g },
  {
    name: 'url-credentials',
    // Up to the last at sign of the authority: passwords with one in them are often not escaped.
    pattern: /\b([a-z][a-z0-9+.-]{1,20}:\/\/)(?!\[url-credentials\]@)[^\s/?#]{1,512}@/gi,
    replacement: '$1[url-credentials]@',
  },
  {
    name: 'password',
    pattern: /\b((?:password|passwd|pwd|secret|api[_-]?key|access[_-]?token)=)(?!\[password\])[^\s&;,"']{1,256}/gi,
    replacement: '$1[password]',
  },
  {
    // Something that no word has must be in it: `Basic authentication failed` stays.
    name: 'bearer',
    pattern: /\b(?:[Bb]earer|BEARER|[Bb]asic|BASIC)\s{1,4}(?=[a-z.~-]{0,4096}[\dA-Z+/=_])[\w+/=.~-]{8,4096}/g,
  },
  {
    name: 'token',
    pattern:
      /\b(?:gh[oprsu]_[A-Za-z0-9]{20,255}|github_pat_\w{20,255}|sq[apu]_[a-f0-9]{40}|glpat-[\w-]{20,64}|AKIA[A-Z0-9]{16}|xox[abprs]-[\w-]{10,128}|odt_\w{8,64})/g,
  },
  {
    // A top-level domain starts with a letter; `lodash@4.17.21` is a package.
    name: 'email',
    pattern: /[\p{L}\p{N}._%+-]{1,64}@(?:[\p{L}\p{N}-]{1,63}\.){1,8}\p{L}[\p{L}\p{N}-]{1,62}/gu,
  },
  {
    // Six or eight pairs that aren't part of a longer row, such as a fingerprint.
    name: 'mac',
    pattern:
      /(?<!\w|(?<!\w)[0-9a-f]{2}[:-])(?:[0-9a-f]{2}[:-]){5}(?:(?:[0-9a-f]{2}[:-]){2})?[0-9a-f]{2}(?!\w|[:-][0-9a-f]{2})/gi,
  },
  {
    // IPv6 that ends as IPv4 does: `::ffff:203.0.113.9`.
    name: 'ipv6',
    pattern:
      /(?<![\w:.])(?:(?:[0-9a-f]{1,4}:){6}|::(?:[0-9a-f]{1,4}:){0,5}|(?:[0-9a-f]{1,4}:){1,5}:(?:[0-9a-f]{1,4}:){0,4})(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)(?![\w:]|\.\d)/gi,
  },
  {
    name: 'ipv6',
    pattern:
      /(?<![\w:.])(?:(?:[0-9a-f]{1,4}:){7}[0-9a-f]{1,4}|(?:[0-9a-f]{1,4}:){1,6}(?::[0-9a-f]{1,4}){1,6}|::(?:[0-9a-f]{1,4}:){0,5}[0-9a-f]{1,4}|(?:[0-9a-f]{1,4}:){1,7}:)(?:%\w{1,16})?(?![\w:])/gi,
  },
  {
    // Four numbers up to 255 that aren't part of a longer version; `5.4.181.99-1` keeps its tail and so is none, but both
    // ends of a range are.
    name: 'ipv4',
    pattern:
      /(?<![\w.]|(?<=\w-)(?<!(?:\d{1,3}\.){3}\d{1,3}-))(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)(?!\w|\.\d|-(?!(?:\d{1,3}\.){3}\d)\w)/g,
  },
  { name: 'home', pattern: /(\/(?:home|Users)\/)[^\s/:"'<>]{1,128}/g, replacement: '$1[home]' },
  {
    name: 'home',
    pattern: /([A-Z]:[\\/]{1,2}Users[\\/]{1,2})(?:[^\\/:"'<>\r\n]{1,64}(?=[\\/])|[^\s\\/:"'<>]{1,128})/gi,
    replacement: '$1[home]',
  },
];
