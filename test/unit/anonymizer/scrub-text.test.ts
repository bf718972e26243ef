import { describe, expect, test } from 'vitest';
import { scrubText } from '../../../services/anonymizer/scrub.ts';

const scrub = (text: string) => {
  const found = new Map<string, number>();
  return { text: scrubText(text, found), found: [...found.keys()] };
};

const PEM = '-----BEGIN RSA PRIVATE KEY-----\nMIIEpAIBAAKCAQEA\nabc+/=\n-----END RSA PRIVATE KEY-----';
const JWT = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dBjftJeZ4CVP-mB92K27uhbUJU1p1r';

describe('is replaced by a marker', () => {
  test.each<[string, string, string]>([
    ['pem', `key ${PEM} end`, 'key [pem] end'],
    ['pem', '-----BEGIN PRIVATE KEY-----\nMIIEpAIBAAKCAQEA that was cut', '[pem]'],
    ['pem', '-----BEGIN PRIVATE KEY-----\\nMIIEpAIBAAKCAQEA\\n-----END PRIVATE KEY-----\\n', '[pem]\\n'],
    ['jwt', `token=${JWT};`, 'token=[jwt];'],
    ['url-credentials', 'postgres://sonar:s3cret@db:5432/sonar', 'postgres://[url-credentials]@db:5432/sonar'],
    ['url-credentials', 'redis://:s3cret@cache:6379', 'redis://[url-credentials]@cache:6379'],
    ['url-credentials', 'mongodb+srv://u:p%40x@c.example.net', 'mongodb+srv://[url-credentials]@c.example.net'],
    ['url-credentials', 'postgres://user:p@ss@db/x', 'postgres://[url-credentials]@db/x'],
    ['url-credentials', 'https://x0k3n@localhost/', 'https://[url-credentials]@localhost/'],
    [
      'password',
      'jdbc:postgresql://db/x?user=sonar&password=s3cret',
      'jdbc:postgresql://db/x?user=sonar&password=[password]',
    ],
    ['bearer', 'Authorization: Bearer abc.def-ghi_jkl', 'Authorization: [bearer]'],
    ['bearer', 'authorization: basic dXNlcjpwYXNz', 'authorization: [bearer]'],
    ['token', 'ghp_0123456789abcdefghij0123456789abcdef', '[token]'],
    ['token', 'squ_0123456789abcdef0123456789abcdef01234567 was refused', '[token] was refused'],
    ['token', 'github_pat_11AAAAAAA0123456789_abcdefghijklmnop', '[token]'],
    ['token', 'glpat-abcdefghijklmnopqrst', '[token]'],
    ['token', 'AKIAIOSFODNN7EXAMPLE', '[token]'],
    ['token', 'xoxb-123456789012-abcdefghij', '[token]'],
    ['token', 'odt_abcdefgh', '[token]'],
    ['email', 'no account for alice@example.com.', 'no account for [email].'],
    ['email', '<alice.smith+tag@mail.example.co.uk>', '<[email]>'],
    ['email', 'jürgen@müller.example', '[email]'],
    ['email', 'git@github.com:owner/repository.git', '[email]:owner/repository.git'],
    ['mac', 'eth0 00:1a:2B:3c:4d:5e up', 'eth0 [mac] up'],
    ['mac', '00-1A-2B-3C-4D-5E', '[mac]'],
    ['ipv6', '2001:DB8:0:0:8:800:200C:417A', '[ipv6]'],
    ['ipv6', 'http://[2001:db8::1]:443/', 'http://[[ipv6]]:443/'],
    ['ipv6', 'from fe80::1%eth0 again', 'from [ipv6] again'],
    ['ipv6', '2001:db8::', '[ipv6]'],
    ['ipv6', 'on ::1, ::ffff:cb00:7109', 'on [ipv6], [ipv6]'],
    ['ipv6', 'from ::ffff:203.0.113.9 and 64:ff9b::203.0.113.9.', 'from [ipv6] and [ipv6].'],
    ['mac', '10:20:30:40:50:60:70:80', '[mac]'],
    ['mac', 'mac:00:1a:2b:3c:4d:5e', 'mac:[mac]'],
    ['ipv4', 'emqx@203.0.113.9', 'emqx@[ipv4]'],
    ['ipv4', '203.0.113.1-203.0.113.9', '[ipv4]-[ipv4]'],
    ['ipv4', 'dial tcp 203.0.113.9:5432: refused', 'dial tcp [ipv4]:5432: refused'],
    ['ipv4', 'from (203.0.113.9), 203.0.113.10/24.', 'from ([ipv4]), [ipv4]/24.'],
    ['ipv4', 'host=203.0.113.9', 'host=[ipv4]'],
    ['ipv4', '255.255.255.255 0.0.0.0', '[ipv4] [ipv4]'],
    ['home', '/home/alice/app/main.js:10', '/home/[home]/app/main.js:10'],
    ['home', 'file:///Users/alice', 'file:///Users/[home]'],
    ['home', 'C:\\Users\\alice\\x', 'C:\\Users\\[home]\\x'],
    ['home', 'C:\\Users\\Alice Smith\\AppData\\x', 'C:\\Users\\[home]\\AppData\\x'],
    ['home', '"C:\\\\Users\\\\alice\\\\x"', '"C:\\\\Users\\\\[home]\\\\x"'],
  ])('%s: %s', (detector, text, clean) => {
    expect(scrub(text)).toEqual({ text: clean, found: [detector] });
  });

  test('everything that is there at once', () => {
    const text = `alice@example.com on 203.0.113.9 (2001:db8::1) ran /home/alice/x with ${JWT}`;
    const { text: clean, found } = scrub(text);
    expect(clean).toBe('[email] on [ipv4] ([ipv6]) ran /home/[home]/x with [jwt]');
    expect(found.toSorted()).toEqual(['email', 'home', 'ipv4', 'ipv6', 'jwt']);
  });

  test('a version that can not be told from an address: four numbers up to 255', () => {
    expect(scrub('Oracle 11.2.0.4').text).toBe('Oracle [ipv4]');
  });

  test('once: a clean text stays as it is', () => {
    const { text: clean } = scrub(`alice@example.com 203.0.113.9 ${JWT} ${PEM} redis://:s3cret@cache odt_abcdefgh`);
    expect(scrub(clean)).toEqual({ text: clean, found: [] });
  });
});

describe('survives', () => {
  test.each([
    ['a version of SonarQube', '10.7.0.96327'],
    ['a version of Oracle', 'Oracle Database 19c Enterprise Edition Release 19.0.0.0.0 - Production'],
    ['a version of PostgreSQL', '14.6 (Ubuntu 14.6-1.pgdg20.04+1)'],
    [
      'a long version of PostgreSQL',
      'PostgreSQL 14.6 on x86_64-pc-linux-gnu, compiled by gcc (Debian 10.2.1-6) 10.2.1 20210110, 64-bit',
    ],
    ['a version of SQL Server', 'Microsoft SQL Server 2019 (RTM-CU18) (KB5017593) - 15.0.4261.1 (X64)'],
    ['a build of Windows, whose third number is no byte', 'Microsoft Windows 11 10.0.22631.3208'],
    ['a build of Windows', '10.0.19045.3208'],
    ['a kernel of Amazon', '5.4.181-99.354.amzn2.x86_64'],
    ['a kernel with four numbers', '5.4.181.99-1'],
    ['a kernel of Ubuntu', '5.15.0-1084-aws #91~20.04.1-Ubuntu SMP'],
    ['five numbers', '1.2.3.4.5'],
    ['numbers above 255', '256.1.1.1 1.1.1.256'],
    ['a UUID', '3c1f0f52-7a55-4f0e-9d5e-6b1f5f6f2a10'],
    ['a hash', 'sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
    ['a time', 'at 12:30:45'],
    ['a timestamp', '2024-11-21T12:30:45.123+00:00'],
    ['a date with dashes throughout', '2024-01-02-03-04-05'],
    ['a name of C++ or Ruby', 'std::string ActiveRecord::Base'],
    ['a cast of SQL', 'SELECT 1::int, day::date'],
    ['a position in a file', 'main.js:10:5'],
    ['a URL with a port', 'https://db.example.com:8443/a@b/c'],
    ['a path', '/usr/lib/jvm/java-17/bin/java'],
    ['a mention of a bearer', 'the bearer of news; Bearer token missing'],
    ['an at sign', 'user@localhost @types/node systemd@.service'],
    ['a package of npm', 'lodash@4.17.21 react-dom@18.2.0'],
    ['a failed login', 'Basic authentication failed'],
    ['a fingerprint', 'SHA1 de:ad:be:ef:00:01:02:03:04:05:06:07:08:09:0a:0b:0c:0d:0e:0f'],
    ['a millisecond clock', '1732180000123'],
    ['nothing', ''],
  ])('%s: %s', (_what, text) => {
    expect(scrub(text)).toEqual({ text, found: [] });
  });
});
