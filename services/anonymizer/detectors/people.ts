import type { Detector } from '../detectors.ts';
import { cardChars, ibanChars, phoneChars } from './numbers.ts';

/** What follows an at sign as a name does but is a file, a release or a unit of systemd: `icon@2x.png`, `getty@tty1.service`. */
const NO_DOMAIN = String.raw`(?!v?\d+\.\d+\.\d|(?:[\w-]{1,63}\.){1,8}(?:[cm]?[jt]sx?|png|jpe?g|gif|svg|webp|css|html|json|java|service|socket|target|timer|mount)(?![\w.-]))`;

/** Letters and digits of any script; a half of a surrogate pair has become U+FFFD. */
const LETTER = String.raw`\p{L}\p{M}\p{N}\ufffd`;

const NOBODY = String.raw`(?:null|undefined|nil|none|true|false|required|missing|invalid|unknown|anonymous|not|no|is|was|has|must|should|cannot|does|failed|error|the|an?|of|for|in|and|or|with|by)(?![\w-])`;

/** Who somebody is, where they live and what they pay with. */
export const PEOPLE: readonly Detector[] = [
  {
    name: 'email',
    hint: /@/,
    patterns: [
      new RegExp(
        String.raw`(?<![${LETTER}._%+-])(?:[${LETTER}._%+-]{1,1024}|"[^"\r\n]{1,64}")@(?:\[[\da-fA-F.:IPv]{3,45}\]|${NO_DOMAIN}(?:[${LETTER}-]{1,63}\.){1,8}(?!\d)[${LETTER}][${LETTER}-]{1,62})`,
        'gu',
      ),
    ],
  },
  {
    name: 'home',
    hint: /[\\/](?:home\$?|users\$?|documents and settings)[\\/]/i,
    patterns: [
      /([\\/](?:home|Users|Documents and Settings)\/{1,2})(?!\[home\])[^\s/:"'<>?&]{1,128}(?: [A-Z][^\s/:"'<>]{0,64}(?=[ /])){0,2}/g,
      /([\\/](?:home\$?|users\$?|documents and settings)\\{1,4})(?!\[home\])(?:[^\\/:"'<>\r\n]{1,64}(?=[\\/])|[^\s\\/:"'<>]{1,128})/gi,
    ],
  },
  {
    name: 'user',
    hint: /["'`](?<=(?:user(?:[ _-]?name)?|login|role|account) ["'`])/i,
    patterns: [/\b((?:user(?:[ _-]?name)?|login|role|account) ["'`])(?!\[user\])[^"'`\r\n]{1,128}(?=["'`])/gi],
  },
  {
    name: 'user',
    hint: /[=:](?<=(?:user(?:[ _-]?(?:name|id))?|login|uid)["'\\]{0,2} ?[=:])/i,
    patterns: [
      new RegExp(
        String.raw`(?<![a-z])((?:user(?:[ _-]?(?:name|id))?|login|uid)["'\\]{0,2} ?[=:][ \t]{0,3}\\?["']?)(?!\[|${NOBODY}|\d{1,5}(?![\w.@-]))[^\s&;,"'<>()[\]{}\\/]{1,128}`,
        'gi',
      ),
    ],
  },
  {
    // Of 13 to 19 digits, in groups as they are printed.
    name: 'card',
    hint: /\d{4}[ -]?\d{4}[ -]?\d{2}/,
    patterns: [
      /(?<![\w.-])[2-6](?:\d{12,18}|\d{3}([ -])\d{4}\1\d{4}\1\d{4}(?:\1\d{1,3})?|\d{3}([ -])\d{6}\2\d{4,5})(?![\w-]|\.\d)/g,
    ],
    measure: cardChars,
  },
  {
    name: 'iban',
    hint: /[a-z]{2}\d{2}[ -]?[a-z0-9]{4}[ -]?[a-z0-9]{4}/i,
    patterns: [/(?<![A-Za-z0-9])[a-z]{2}\d{2}(?:[ -]?[a-z0-9]{4}){2,7}(?:[ -]?[a-z0-9]{1,4})?/gi],
    measure: ibanChars,
  },
];

/** Phone numbers: only where a policy asks for it, because too much else looks like one. */
export const PHONES: readonly Detector[] = [
  {
    name: 'phone',
    hint: /\d[\d ()./-]{6}/,
    patterns: [
      /(?<![\w.+-])(?:(?:\+|00)[1-9]\d{0,2}(?:[ ./-]?\(?\d{1,10}\)?){1,6}|\(?\d{3}\)?[ .-]\d{3}[.-]\d{4}(?![\w.-]))/g,
    ],
    measure: phoneChars,
  },
];
