import { describe, expect, test } from 'vitest';
import { DETECTORS_WITH_PHONES } from '../../../../services/anonymizer/detectors.ts';
import { scrubbed } from '../../../support/scrubbed.ts';

describe('a person is replaced', () => {
  test.each<[string, string, string]>([
    ['email', 'no account for alice@example.com.', 'no account for [email].'],
    ['email', '<alice.smith+tag@mail.example.co.uk>', '<[email]>'],
    ['email', 'jürgen@müller.example', '[email]'],
    ['email', 'git@github.com:owner/repository.git', '[email]:owner/repository.git'],
    ['email', '?email=alice%40example.com&x=1', '?email=[email]&x=1'],
    ['email', '"alice smith"@example.com', '[email]'],
    ['email', 'to alice@[IPv6:2001:db8::1]', 'to [email]'],
    ['email', '...alice@example.com', '[email]'],
    ['email', `${'a'.repeat(300)}@example.com`, '[email]'],
    ['email', "o'brien@example.com", "o'[email]"],
    ['email', 'emqx@node1.example.org', '[email]'],
    ['home', '/home/alice/app/main.js:10', '/home/[home]/app/main.js:10'],
    ['home', 'file:///Users/alice', 'file:///Users/[home]'],
    ['home', '/Users/Alice Smith/Library/x', '/Users/[home]/Library/x'],
    ['home', '/home/alice in src/main', '/home/[home] in src/main'],
    ['home', '/mnt/c/Users/alice/x', '/mnt/c/Users/[home]/x'],
    ['home', 'C:\\Users\\alice\\x', 'C:\\Users\\[home]\\x'],
    ['home', 'c:\\users\\alice', 'c:\\users\\[home]'],
    ['home', 'C:\\Users\\Alice Smith\\AppData\\x', 'C:\\Users\\[home]\\AppData\\x'],
    ['home', '"C:\\\\Users\\\\alice\\\\x"', '"C:\\\\Users\\\\[home]\\\\x"'],
    ['home', 'C:/Users/alice/x', 'C:/Users/[home]/x'],
    ['home', 'C:\\Documents and Settings\\alice\\x', 'C:\\Documents and Settings\\[home]\\x'],
    ['home', 'file%3A%2F%2F%2Fhome%2Falice%2Fx', 'file:///home/[home]/x'],
    ['user', 'password authentication failed for user "alice"', 'password authentication failed for user "[user]"'],
    ['user', 'role "alice" does not exist', 'role "[user]" does not exist'],
    ['user', "Login failed for user 'sa'.", "Login failed for user '[user]'."],
    ['user', 'username: alice', 'username: [user]'],
    ['user', '?user=alice&x=1', '?user=[user]&x=1'],
    ['user', 'USER=alice HOME=/x', 'USER=[user] HOME=/x'],
    ['card', 'card 4111 1111 1111 1111 12/26', 'card [card] 12/26'],
    ['card', 'card 4111111111111111 declined', 'card [card] declined'],
    ['card', '3782-822463-10005', '[card]'],
    ['card', '5555-5555-5555-4444, 6011111111111117', '[card], [card]'],
    ['card', '2223003122003222', '[card]'],
    ['iban', 'to DE89 3704 0044 0532 0130 00 today', 'to [iban] today'],
    ['iban', 'GB82WEST12345698765432 MORE', '[iban] MORE'],
    ['iban', 'iban=fr1420041010050500013m02606', 'iban=[iban]'],
    ['iban', 'NO93 8601 1117 947.', '[iban].'],
  ])('%s: %s', (detector, text, clean) => {
    const { text: left, found } = scrubbed(text);
    expect([left, Object.keys(found)]).toEqual([clean, [detector]]);
  });
});

describe('survives', () => {
  test.each([
    ['an at sign', 'user@localhost @types/node systemd@.service'],
    ['a package of npm', 'lodash@4.17.21 react-dom@18.2.0 @babel/core@7.24.0'],
    ['a release with a tag', 'vue@3.4.0-alpha.rc pkg@1.0.0-beta.one'],
    ['a frame of Firefox', 'render@http://localhost:3000/main.js:10:5'],
    ['a frame of Firefox with a file', 'render@main.js:10:5'],
    ['an icon', 'icon@2x.png'],
    ['a unit of systemd', 'getty@tty1.service'],
    ['an object of Java', 'com.acme.Foo@6d06d69c'],
    ['a decorator', '@org.junit.Test @Injectable()'],
    ['a user nobody knows', 'user: not found; username is required; login: failed'],
    ['a user by number', 'user=1000 uid=0'],
    ['a role', 'role: admin is missing; a user of the account'],
    ['a path', '/usr/lib/jvm/java-17/bin/java'],
    ['a route that begins like a home', '/homepage/alice /userspace'],
    ['a number that fails the check of cards', '4111 1111 1111 1112 4111111111111112'],
    ['a number with more digits than cards of its brand have', '55555555555544440'],
    ['a millisecond clock', '1732180000123'],
    ['a nanosecond clock', '1732180000123456789'],
    ['a UUID', '3c1f0f52-7a55-4f0e-9d5e-6b1f5f6f2a10'],
    ['a number that is a part of a longer one', '94111111111111111 id-4111111111111111'],
    ['a number that fails the check of IBANs', 'DE88 3704 0044 0532 0130 00'],
    ['a country without IBANs', 'US89 3704 0044 0532 0130 00'],
    ['an IBAN that is too long', 'DE893704004405320130001'],
    ['a phone number, when the policy does not ask', '+49 30 901820'],
    ['nothing', ''],
  ])('%s: %s', (_what, text) => {
    expect(scrubbed(text)).toEqual({ text, found: {} });
  });
});

describe('where the policy asks for phone numbers', () => {
  test.each([
    ['call +49 30 901820 now', 'call [phone] now'],
    ['+1-555-010-9999', '[phone]'],
    ['(555) 010-9999', '[phone]'],
    ['0049 (30) 901820', '[phone]'],
    ['tel:+493012345678', 'tel:[phone]'],
  ])('%s is replaced', (text, clean) => {
    expect(scrubbed(text, DETECTORS_WITH_PHONES)).toEqual({ text: clean, found: { phone: 1 } });
  });

  test.each([
    '2024-11-21T12:30:45+01:00',
    '1.2.3+20240101120000',
    '3c1f0f52-7a55-4f0e-9d5e-6b1f5f6f2a10',
    '1732180000123',
    'v8/10.2.154.26-node.22',
    '1.5e+10',
  ])('%s survives', (text) => {
    expect(scrubbed(text, DETECTORS_WITH_PHONES)).toEqual({ text, found: {} });
  });
});
