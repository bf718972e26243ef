import { describe, expect, test } from 'vitest';
import { scrubbed } from '../../../support/scrubbed.ts';

describe('an address is replaced', () => {
  test.each<[string, string, string]>([
    ['mac', 'eth0 00:1a:2B:3c:4d:5e up', 'eth0 [mac] up'],
    ['mac', '00-1A-2B-3C-4D-5E', '[mac]'],
    ['mac', '10:20:30:40:50:60:70:80', '[mac]'],
    ['mac', 'mac:00:1a:2b:3c:4d:5e', 'mac:[mac]'],
    ['mac', '001a.2b3c.4d5e', '[mac]'],
    ['ipv6', '2001:DB8:0:0:8:800:200C:417A', '[ipv6]'],
    ['ipv6', 'http://[2001:db8::1]:443/', 'http://[[ipv6]]:443/'],
    ['ipv6', 'from fe80::1%eth0 again', 'from [ipv6] again'],
    ['ipv6', '[fe80::1%25eth0]:80', '[[ipv6]]:80'],
    ['ipv6', '?ip=2001%3Adb8%3A%3A1', '?ip=[ipv6]'],
    ['ipv6', '2001:db8::', '[ipv6]'],
    ['ipv6', 'on ::1, ::ffff:cb00:7109', 'on [ipv6], [ipv6]'],
    ['ipv6', 'from ::ffff:203.0.113.9 and 64:ff9b::203.0.113.9.', 'from [ipv6] and [ipv6].'],
    ['ipv6', 'dead:beef::cafe', '[ipv6]'],
    ['ipv4', 'emqx@203.0.113.9', 'emqx@[ipv4]'],
    ['ipv4', '203.0.113.1-203.0.113.9', '[ipv4]-[ipv4]'],
    ['ipv4', 'dial tcp 203.0.113.9:5432: refused', 'dial tcp [ipv4]:5432: refused'],
    ['ipv4', 'from (203.0.113.9), 203.0.113.10/24.', 'from ([ipv4]), [ipv4]/24.'],
    ['ipv4', 'host=203.0.113.9', 'host=[ipv4]'],
    ['ipv4', 'http://203.0.113.9/x', 'http://[ipv4]/x'],
    ['ipv4', '255.255.255.255', '[ipv4]'],
    ['ipv4', '192.168.001.010', '[ipv4]'],
    ['ipv4', 'Connection refused: /203.0.113.9:5432', 'Connection refused: /[ipv4]:5432'],
    ['ipv4', '203.0.113.9.Then it failed', '[ipv4].Then it failed'],
    ['ipv4', "'203.0.113.9'", "'[ipv4]'"],
  ])('%s: %s', (detector, text, clean) => {
    const { text: left, found } = scrubbed(text);
    expect([left, Object.keys(found)]).toEqual([clean, [detector]]);
  });

  test('as are four numbers up to 255 that nothing calls a version: they can not be told from an address', () => {
    expect(scrubbed('11.2.0.4').text).toBe('[ipv4]');
  });
});

describe('survives', () => {
  test.each([
    ['a version of SonarQube', '10.7.0.96327'],
    ['a version of Oracle', 'Oracle Database 19c Enterprise Edition Release 19.0.0.0.0 - Production'],
    ['a version of Oracle with four parts', 'Oracle 11.2.0.4'],
    ['four parts that are called a version', 'version 1.2.3.4, Version=10.1.2.3, Release 9.2.0.1, version: "7.5.1.2"'],
    ['a version of an assembly of .NET', 'System.Web, Version=4.0.0.0, Culture=neutral; 1.0.0.0'],
    ['a version of a browser', 'Chrome/120.0.0.0 Safari/537.36 Edg/119.0.2.1'],
    ['a range of versions', '>=1.2.3.4 ^1.2.3.4 ~1.2.3.4 < 2.0.0.1'],
    ['a file of a release', 'driver-1.2.3.4.jar lib.1.2.3.4.dll 5.1.0.3.RELEASE 1.2.3.4-SNAPSHOT 1.2.3.4+build'],
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
    ['no address', '0.0.0.0 10.0.0.0/8'],
    ['a UUID', '3c1f0f52-7a55-4f0e-9d5e-6b1f5f6f2a10'],
    ['a time', 'at 12:30:45'],
    ['a timestamp', '2024-11-21T12:30:45.123+00:00'],
    ['a date with dashes throughout', '2024-01-02-03-04-05'],
    ['a name of C++ or Ruby', 'std::string ActiveRecord::Base Foo::'],
    ['a name of hexadecimal letters', 'dead::beef add::fee'],
    ['a cast of SQL', 'SELECT 1::int, day::date'],
    ['a position in a file', 'main.js:10:5'],
    ['a fingerprint', 'SHA1 de:ad:be:ef:00:01:02:03:04:05:06:07:08:09:0a:0b:0c:0d:0e:0f'],
    ['a version by date', '2024.1122.3344'],
    ['a section', 'see 1.2.3 and 4.5.6.'],
  ])('%s: %s', (_what, text) => {
    expect(scrubbed(text)).toEqual({ text, found: {} });
  });
});
