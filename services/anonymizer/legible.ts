/** What has another form that is compatible with it (NFKC), such as a full-width letter, or shows nothing at all. */
const COMPATIBLE = /[[\p{Changes_When_NFKC_Casefolded}\p{Nd}]--\p{ASCII}]/gv;

const INVISIBLE = /\p{Default_Ignorable_Code_Point}/u;
const DIGIT = /\p{Nd}/u;

/** Dots, colons and strokes that look as ASCII's do and aren't compatible with them. */
const STROKES: ReadonlyMap<string, string> = new Map([
  ...Array.from('。·∙⋅‧', (dot) => [dot, '.'] as const),
  ...Array.from('∶꞉։׃', (colon) => [colon, ':'] as const),
  ...Array.from('⁄∕⧸', (slash) => [slash, '/'] as const),
  ...Array.from('‐‑‒–—―−', (dash) => [dash, '-'] as const),
]);
const STROKE = new RegExp(`[${[...STROKES.keys()].join('')}]`, 'g');

/** Letters of Cyrillic and Greek that look as ASCII's do. */
const LOOKALIKES: ReadonlyMap<string, string> = new Map(
  Array.from(
    'аaеeоoрpсcуyхxіiјjѕsԁdһhԛqԝwАAВBЕEКKМMНHОOРPСCТTХXІIЅSЈJαaοoνvρpιiΑAΒBΕEΖZΗHΙIΚKΜMΝNΟOΡPΤTΥYΧX'.matchAll(
      /(.)(.)/g,
    ),
    ([, seen = '', meant = '']) => [seen, meant],
  ),
);
const LOOKALIKE = new RegExp(`[${[...LOOKALIKES.keys()].join('')}]`, 'g');

/** Words that mix ASCII with letters of which some look like it: a word of one script is what it looks like. */
const MIXED = /(?<![\w\u0370-\u04ff\u0500-\u052f])[\w\u0370-\u04ff\u0500-\u052f]{1,128}/g;

/** The ASCII digit of one of another script: each script's ten follow each other, so the first of them is zero. */
const asciiDigit = (digit: string): string => {
  const code = digit.codePointAt(0) ?? 0;
  let first = code;
  while (code - first < 10 && DIGIT.test(String.fromCodePoint(first - 1))) first -= 1;
  return String((code - first) % 10);
};

const compatible = (character: string): string => {
  if (INVISIBLE.test(character)) return '';
  const form = character.normalize('NFKC');
  return DIGIT.test(form) && form === character ? asciiDigit(character) : form;
};

/** Escapes of URLs that hide what a detector looks for: `% . / : = @ [ \ ]` and `&`. */
const ESCAPES = /%(?:2[56ef]|3[ad]|40|5[bcd])/gi;

/**
 * The text as detectors read it: digits and letters that only look like ASCII's are ASCII's, invisible characters are gone, and
 * escapes of URLs are read. Character by character, because normalising a whole text takes quadratic time on some.
 */
export const legible = (text: string): string => {
  const read = text.includes('%')
    ? text.replace(ESCAPES, (escaped) => String.fromCharCode(Number.parseInt(escaped.slice(1), 16)))
    : text;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the whole of ASCII
  if (!/[^\x00-\x7f]/.test(read)) return read;
  return read
    .toWellFormed()
    .replace(COMPATIBLE, compatible)
    .replace(STROKE, (stroke) => STROKES.get(stroke) ?? stroke)
    .replace(MIXED, (word) =>
      /[A-Za-z0-9]/.test(word) ? word.replace(LOOKALIKE, (letter) => LOOKALIKES.get(letter) ?? letter) : word,
    );
};
