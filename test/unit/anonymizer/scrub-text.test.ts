import { Worker } from 'node:worker_threads';
import { describe, expect, onTestFinished, test } from 'vitest';
import { MAX_TEXT_CHARS } from '../../../schemas/pack/field.ts';
import { scrubbed } from '../../support/scrubbed.ts';

const JWT = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dBjftJeZ4CVP-mB92K27uhbUJU1p1r';
const PEM = '-----BEGIN RSA PRIVATE KEY-----\nMIIEpAIBAAKCAQEA\nabc+/=\n-----END RSA PRIVATE KEY-----';

test('everything that is there at once is replaced, and each find counts', () => {
  const text = `alice@example.com, bob@example.com on 203.0.113.9 (2001:db8::1) ran /home/alice/x with ${JWT}`;
  expect(scrubbed(text)).toEqual({
    text: '[email], [email] on [ipv4] ([ipv6]) ran /home/[home]/x with [jwt]',
    found: { email: 2, home: 1, ipv4: 1, ipv6: 1, jwt: 1 },
  });
});

test('a clean text stays as it is', () => {
  const { text } = scrubbed(
    `alice@example.com 203.0.113.9 ${JWT} ${PEM} redis://:s3cret@cache odt_abcdefgh password=x user="y" host=z
    /home/alice/x C:\\Users\\bob \\\\srv\\share 4111111111111111 Cookie: a=b
    Authorization: Bearer abc.def-123 DE89370400440532013000 00:1a:2b:3c:4d:5e ?key=x`,
  );
  expect(scrubbed(text)).toEqual({ text, found: {} });
});

test('halves of surrogate pairs become U+FFFD, whole pairs stay', () => {
  expect(scrubbed('a\ud83d b\ude00 😀').text).toBe('a\ufffd b\ufffd 😀');
});

describe('a long text', () => {
  const filled = (chars: number): string => 'x '.repeat(chars / 2);

  test('that fits is kept to its end', () => {
    expect(scrubbed(filled(MAX_TEXT_CHARS)).text === filled(MAX_TEXT_CHARS)).toBe(true);
  });

  test('loses its end', () => {
    expect(scrubbed(filled(10 * MAX_TEXT_CHARS)).text === filled(MAX_TEXT_CHARS)).toBe(true);
  });

  test.each([
    ['an address', 'jane.doe@example.org', 'jane'],
    ['a number with spaces', '4111 1111 1111 1111', '4111'],
    ['a key with line ends', PEM, 'MIIE'],
    ['a password with spaces', 'password="correct horse battery"', 'correct'],
    ['the folder of somebody with two names', 'C:\\Users\\Alice Smith\\x', 'Alice'],
  ])('has no part of %s that lies across the edge of what is kept', (_what, secret, part) => {
    for (let before = 1; before < secret.length; before += 1) {
      const text = `${filled(MAX_TEXT_CHARS).slice(before)}${secret} ${filled(MAX_TEXT_CHARS)}`;
      expect(scrubbed(text).text.includes(part), `${before} characters before the edge`).toBe(false);
    }
  });

  test('has no part of a secret that lies across the edge of what is looked at, however short its finds make it', () => {
    const mails = 'jane.doe.with.a.very.long.name@a.very.long.domain.example.org ';
    const text = mails.repeat(1_000);
    for (let cut = 0; cut < mails.length; cut += 1) {
      expect(scrubbed(text.slice(cut)).text.includes('jane'), `cut at ${cut}`).toBe(false);
    }
  });

  test('does not end with half a character', () => {
    expect(scrubbed(`x${'😀'.repeat(MAX_TEXT_CHARS)}`).text.isWellFormed()).toBe(true);
  });
});

/** Shapes that make a regular expression try again and again, each repeated to 10 MB. */
const HOSTILE: readonly string[] = [
  'a',
  '0',
  ' ',
  '.',
  '-',
  ':',
  '@',
  '/',
  '\\',
  '=',
  '"',
  "'",
  '%',
  '[',
  '\n',
  'é',
  '０',
  '\u200b',
  '\ud800',
  '\u0301',
  'a.',
  '1.',
  '1-',
  'a-',
  'a@',
  'a@b.',
  'a:',
  '::',
  '1:',
  'a:b@',
  '%40',
  '%41',
  '1 ',
  '4111 ',
  'DE89',
  'AA00 ',
  '+1 ',
  '00 (',
  'eyJ',
  'eyJa.',
  '.eyJaaaaaaaaaa',
  '-----BEGIN A',
  '-----BEGIN A-----',
  '-----BEGIN A-----!',
  '-----END A-----',
  'MII',
  'MIIA',
  '://',
  'a://',
  '://a:',
  '://@',
  '://a,',
  'jdbc:oracle:thin:',
  'jdbc:oracle:a:b/',
  'bearer ',
  'Basic a',
  'authorization:',
  'authorization: a ',
  'cookie:',
  'cookie:a=',
  'password',
  'password=',
  'password="',
  "password:'a",
  'token: a',
  'pass ',
  '?key=',
  'ghp_',
  'ghp_a',
  'sk-',
  'SG.a',
  '.atlasv1.',
  'AKIA',
  '1:AA',
  '/home/',
  '/home/A ',
  '\\Users\\',
  'C:\\Users\\a ',
  'user "',
  'user=',
  'login: a',
  '\\\\a',
  '\\\\aa\\',
  'ip-1-',
  'ip-1-1-1-1.',
  '-MBP',
  'a-MBP',
  'Linux ',
  'Linux a ',
  'Linux a 1.',
  'a.local',
  '.internal',
  'a.com',
  '.com:',
  'a.b:80',
  'lookup ',
  'lookup a',
  'host name "',
  'host=',
  "[user]'@'",
  '1.1.1.',
  '1.1.1.1-',
  'version 1.',
  '>= 1.',
  '1a:',
  '1a:1a:1a:1a:1a:',
  '1a1a.',
  '1:1:',
  '::1',
  ':1.1.1.1',
  'а',
  'аa',
  'aа@',
  'a'.repeat(60),
  `${'a'.repeat(64)}@`,
  `${'aA1/'.repeat(15)}\n`,
  `${'1:'.repeat(7)} `,
  `${'a'.repeat(512)} `,
  `${'a.'.repeat(500)} `,
  `"${'a'.repeat(64)}`,
  `${'1.'.repeat(400)}@`,
];

/** In a thread, so that a shape that never ends would fail the test and not hang it. */
const scrubShapes = (shapes: readonly string[]): Promise<number> =>
  new Promise((resolve, reject) => {
    const worker = new Worker(new URL('../../support/scrub-shapes.ts', import.meta.url), { workerData: shapes });
    worker.on('message', resolve).on('error', reject);
    onTestFinished(() => void worker.terminate());
  });

/** Twenty times what it takes on a machine that others use as well. */
const GENEROUS_MS = 120_000;

test('10 MB of one shape, and texts of the greatest length, come to an end', { timeout: GENEROUS_MS }, async () => {
  expect(await scrubShapes(HOSTILE)).toBe(HOSTILE.length);
});
