import { expect, test } from 'vitest';
import { daysBetween, instant, osFamily, toCount, versionParts } from '../../../schemas/pack/derive.ts';

const MAX_COUNT = Number.MAX_SAFE_INTEGER - 1;

test.each<[string | null | undefined, readonly number[]]>([
  ['10.7.0.96327', [10, 7, 0, 96_327]],
  ['v2.48.0-ce', [2, 48, 0]],
  ['4.13.2', [4, 13, 2]],
  ['14.6 (Ubuntu 14.6-1.pgdg20.04+1)', [14, 6]],
  ['16 (Debian 16.0-1)', [16]],
  ['8', [8]],
  ['v8', [8]],
  ['1.2.3.4.5.6.7.8.9.10', [1, 2, 3, 4, 5, 6, 7, 8]],
  ['4294967295.1', [4_294_967_295, 1]],
  ['4294967296.1', []],
  ['99999999999', []],
  ['007.010', [7, 10]],
  ['development', []],
  ['16be04d', []],
  ['PostgreSQL 14.6', []],
  ['', []],
  [null, []],
  [undefined, []],
])('the parts of the version %j are %j', (version, parts) => {
  expect(versionParts(version)).toEqual(parts);
});

test.each<[string | number | null | undefined, string | null]>([
  ['2026-11-21T10:00:00Z', '2026-11-21T10:00:00.000Z'],
  ['2026-11-21T10:00:00+0100', '2026-11-21T09:00:00.000Z'],
  ['2026-11-21T10:00:00-05:30', '2026-11-21T15:30:00.000Z'],
  ['2026-11-21T10:00:00,125Z', '2026-11-21T10:00:00.125Z'],
  ['2026-11-21T10:00:00.123456789+0000', '2026-11-21T10:00:00.123Z'],
  [1_732_180_000_123, '2024-11-21T09:06:40.123Z'],
  [1_732_180_000_123.9, '2024-11-21T09:06:40.123Z'],
  [0, '1970-01-01T00:00:00.000Z'],
  ['1900-01-01T00:00:00Z', '1900-01-01T00:00:00.000Z'],
  ['1899-12-31T23:59:59Z', null],
  ['2299-12-31T23:59:59.999Z', '2299-12-31T23:59:59.999Z'],
  ['2300-01-01T00:00:00Z', null],
  ['2026-02-30T25:00:00Z', null],
  ['yesterday', null],
  ['', null],
  [Number.NaN, null],
  [Number.POSITIVE_INFINITY, null],
  [null, null],
  [undefined, null],
])('the point in time %j is %s', (time, iso) => {
  const ms = instant(time);
  expect(ms === null ? null : new Date(ms).toISOString()).toBe(iso);
});

const DAY_MS = 86_400_000;

test.each<[number | null, number, number | null]>([
  [0, 0, 0],
  [0, DAY_MS - 1, 0],
  [0, DAY_MS, 1],
  [-DAY_MS, DAY_MS, 2],
  [1, 0, null],
  [null, DAY_MS, null],
])('from %j to %j are %j whole days', (fromMs, toMs, days) => {
  expect(daysBetween(fromMs, toMs)).toBe(days);
});

test.each<[string | null | undefined, string]>([
  ['Linux', 'linux'],
  ['Ubuntu 20.04.4 LTS', 'linux'],
  ['Red Hat Enterprise Linux', 'linux'],
  ['RedHat', 'linux'],
  ['Amazon', 'linux'],
  ['alpine', 'linux'],
  ['Mac OS X', 'macos'],
  ['darwin', 'macos'],
  ['macOS 12.3.1', 'macos'],
  ['Windows Server 2022', 'windows'],
  ['win32', 'windows'],
  ['FreeBSD', 'bsd'],
  ['SunOS', 'other'],
  ['AIX', 'other'],
  ['', ''],
  [null, ''],
  [undefined, ''],
])('the family of the operating system %j is "%s"', (name, family) => {
  expect(osFamily(name)).toBe(family);
});

test.each([
  [0, 0],
  [1.4, 1],
  [1.5, 2],
  [-3, 0],
  [MAX_COUNT, MAX_COUNT],
  [MAX_COUNT * 3, MAX_COUNT],
  [Number.POSITIVE_INFINITY, MAX_COUNT],
])('the count of %d is %d', (value, count) => {
  expect(toCount(value)).toBe(count);
});
