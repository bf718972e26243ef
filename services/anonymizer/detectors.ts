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
  { name: 'pem', pattern: /-----BEGIN [A-Z ]{1,40}-----[A-Za-z0-9+/=\s]{0,16384}(?:-----END [A-Z ]{1,40}-----)?/g },
  { name: 'jwt', pattern: /\beyJ[\w-]{10,4096}\.[\w-]{10,8192}\.[\w-]{0,1024}/g },
  {
    name: 'url-credentials',
    pattern: /\b([a-z][a-z0-9+.-]{1,20}:\/\/)[^\s/@:]{0,256}:[^\s/@]{0,256}@/gi,
    replacement: '$1[url-credentials]@',
  },
  { name: 'bearer', pattern: /\b(?:bearer|basic)\s{1,4}[\w+/=.~-]{8,4096}/gi },
  {
    name: 'token',
    pattern:
      /\b(?:gh[opsu]_[A-Za-z0-9]{20,255}|sq[apu]_[a-f0-9]{40}|glpat-[\w-]{20,64}|AKIA[A-Z0-9]{16}|xox[abprs]-[\w-]{10,128}|odt_\w{8,64})/g,
  },
  { name: 'email', pattern: /[\p{L}\p{N}._%+-]{1,64}@[\p{L}\p{N}-]{1,63}(?:\.[\p{L}\p{N}-]{1,63}){1,8}/gu },
  { name: 'mac', pattern: /\b(?:[0-9a-f]{2}[:-]){5}[0-9a-f]{2}\b/gi },
  {
    name: 'ipv6',
    pattern:
      /(?<![\w:.])(?:(?:[0-9a-f]{1,4}:){7}[0-9a-f]{1,4}|(?:[0-9a-f]{1,4}:){1,6}(?::[0-9a-f]{1,4}){1,6}|::(?:[0-9a-f]{1,4}:){0,5}[0-9a-f]{1,4}|(?:[0-9a-f]{1,4}:){1,7}:)(?:%\w{1,16})?(?![\w:])/gi,
  },
  {
    // Four numbers up to 255 that aren't part of a longer version; `5.4.181.99-1` keeps its tail and so is none.
    name: 'ipv4',
    pattern: /(?<![\w.-])(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)(?![\w-]|\.\d)/g,
  },
  { name: 'home', pattern: /(\/(?:home|Users)\/)[^\s/:"'<>]{1,128}/g, replacement: '$1[home]' },
  { name: 'home', pattern: /([A-Z]:[\\/]{1,2}Users[\\/]{1,2})[^\s\\/:"'<>]{1,128}/gi, replacement: '$1[home]' },
];
