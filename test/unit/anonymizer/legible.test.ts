import { expect, test } from 'vitest';
import { legible } from '../../../services/anonymizer/legible.ts';
import { scrubbed } from '../../support/scrubbed.ts';

test.each<[string, string, string]>([
  ['full-width digits', '２０３.０.１１３.９', '[ipv4]'],
  ['full-width dots', '203．0．113．9', '[ipv4]'],
  ['dots of Chinese and Japanese', '203。0。113｡9', '[ipv4]'],
  ['digits of Arabic', '٢٠٣.٠.١١٣.٩', '[ipv4]'],
  ['digits of Devanagari', '२०३.०.११३.९', '[ipv4]'],
  ['bold digits', '𝟐𝟎𝟑.𝟎.𝟏𝟏𝟑.𝟗', '[ipv4]'],
  ['raised digits', '²⁰³.⁰.¹¹³.⁹', '[ipv4]'],
  ['a space of no width', '203.0.\u200b113.9', '[ipv4]'],
  ['a soft hyphen', '203.0.1\u00ad13.9', '[ipv4]'],
  ['marks of direction', '\u202a203.0.113.9\u202c', '[ipv4]'],
  ['a full-width colon', '2001：db8：：1', '[ipv6]'],
  ['Cyrillic letters in IPv6', '20а1:db8::1', '[ipv6]'],
  ['Cyrillic letters in a MAC address', '00:1а:2b:3с:4d:5е', '[mac]'],
  ['dashes of typography', '00–1a–2b–3c–4d–5e', '[mac]'],
  ['a full-width at sign', 'alice＠example.com', '[email]'],
  ['Cyrillic letters in an address', 'аliсе@ехamрle.com', '[email]'],
  ['a space of no width in an address', 'ali\u200bce@exam\u2060ple.com', '[email]'],
  ['a half of a surrogate pair in an address', 'ali\ud800ce@example.com', '[email]'],
  ['full-width letters in a token', 'ｇｈｐ_0123456789abcdefghij0123456789abcdef', '[token]'],
  ['Cyrillic letters in a name', 'pаsswоrd=s3cret', 'password=[secret]'],
  ['full-width digits of a card', '４１１１ 1111 1111 1111', '[card]'],
  ['a stroke of fractions', '∕home∕alice∕x', '/home/[home]/x'],
])('%s do not hide what is there: %s', (_what, text, clean) => {
  expect(scrubbed(text).text).toBe(clean);
});

test.each([
  ['Russian', 'ошибка: не удалось открыть файл «настройки»'],
  ['Greek', 'σφάλμα στη γραμμή 10'],
  ['Chinese', '错误：无法连接到数据库（超时）。'],
  ['Arabic digits', 'خطأ ١٢٣'],
  ['emoji', '👩‍👩‍👧 failed ❤️'],
  ['a ligature', 'ﬁle not found… ½'],
])('a text in %s without a find stays as it is', (_what, text) => {
  expect(scrubbed(text)).toEqual({ text, found: {} });
});

test('a word of one script is not taken for another', () => {
  expect(scrubbed('сервер alice@example.com не отвечает').text).toBe('сервер [email] не отвечает');
});

test('ASCII is legible', () => {
  expect(legible('TypeError: x is 100% undefined')).toBe('TypeError: x is 100% undefined');
});
