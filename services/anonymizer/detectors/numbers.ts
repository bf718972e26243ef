/** Lengths of the IBANs of each country, from the registry that SWIFT keeps for ISO 13616. */
const IBAN_LENGTHS: ReadonlyMap<string, number> = new Map(
  (
    'AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 DO28 EE20 EG29 ES24 FI18 ' +
    'FK18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HN28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 ' +
    'LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29 PT25 QA29 RO24 RS22 ' +
    'RU33 SA24 SC31 SD18 SE24 SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20 YE30'
  )
    .split(' ')
    .map((entry) => [entry.slice(0, 2), Number(entry.slice(2))]),
);

/** Digits that a brand's cards have, by the digits that they begin with. */
const CARDS: readonly RegExp[] = [
  /^4(?:\d{12}|\d{15}|\d{18})$/,
  /^(?:5[1-5]\d\d|222[1-9]|22[3-9]\d|2[3-6]\d\d|27[01]\d|2720)\d{12}$/,
  /^3[47]\d{13}$/,
  /^3(?:0[0-5]|[68]\d)\d{11}$/,
  /^(?:6011|64[4-9]\d|65\d\d|35(?:2[89]|[3-8]\d))\d{12}$/,
  /^62\d{14,17}$/,
];

const withoutGaps = (text: string): string => text.replace(/[ -]/g, '');

/** ISO/IEC 7812-1, annex B: every second digit from the right counts twice. */
const passesLuhn = (digits: string): boolean => {
  let sum = 0;
  for (let place = 0; place < digits.length; place += 1) {
    const digit = Number(digits[digits.length - 1 - place]);
    sum += place % 2 === 0 ? digit : digit > 4 ? 2 * digit - 9 : 2 * digit;
  }
  return sum % 10 === 0;
};

const isCard = (text: string): boolean => {
  const digits = withoutGaps(text);
  return CARDS.some((card) => card.test(digits)) && passesLuhn(digits);
};

/** How many characters of a row of digits are a card's number; what follows in a group of its own may be none of it. */
export const cardChars = (text: string): number => {
  if (isCard(text)) return text.length;
  const number = /^.{18,22}(?=[ -]\d{1,3}$)/.exec(text)?.[0];
  return number !== undefined && isCard(number) ? number.length : 0;
};

/** ISO 13616: the country and the two check digits go to the end, letters count from 10, and the rest of a division by 97 is 1. */
const passesMod97 = (iban: string): boolean => {
  let rest = 0;
  for (const character of iban.slice(4) + iban.slice(0, 4)) {
    const value = Number.parseInt(character, 36);
    rest = (rest * (value > 9 ? 100 : 10) + value) % 97;
  }
  return rest === 1;
};

/** How many characters of a row of groups are an IBAN: the country gives its length, and a word may follow. */
export const ibanChars = (text: string): number => {
  const length = IBAN_LENGTHS.get(text.slice(0, 2).toUpperCase());
  if (length === undefined) return 0;
  let end = 0;
  for (let seen = 0; seen < length; end += 1) {
    const character = text[end];
    if (character === undefined) return 0;
    if (character !== ' ' && character !== '-') seen += 1;
  }
  return !/[A-Za-z0-9]/.test(text[end] ?? '') && passesMod97(withoutGaps(text.slice(0, end))) ? end : 0;
};

/** Digits of a phone number with its country (ITU-T E.164 allows 15); shorter ones are something else. */
const MIN_PHONE_DIGITS = 8;
const MAX_PHONE_DIGITS = 15;

/** How many characters of a row of groups are a phone number. */
export const phoneChars = (text: string): number => {
  const digits = text.replace(/\D/g, '').length;
  return digits >= MIN_PHONE_DIGITS && digits <= MAX_PHONE_DIGITS ? text.length : 0;
};
