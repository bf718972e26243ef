import { describe, expect, test } from 'vitest';
import { createAddressKey } from '../../../../services/edge/limits/address-key.ts';

const keyOf = createAddressKey(['127.0.0.0/8', '::1/128', '198.51.100.0/24']);

describe('two addresses count', () => {
  test.each([
    ['as one when they are the same', '203.0.113.9', '203.0.113.9'],
    ['as one when IPv4 is written as IPv6', '203.0.113.9', '::ffff:203.0.113.9'],
    ['as one in the same /64 of IPv6', '2001:db8:1:2:3::4', '2001:db8:1:2:ffff::1'],
    ['as one when neither is known', undefined, undefined],
  ])('%s', (_what, one, other) => {
    expect(keyOf(one)).toBe(keyOf(other));
    expect(keyOf(one)).toBeDefined();
  });

  test.each([
    ['as two in IPv4', '203.0.113.9', '203.0.113.10'],
    ['as two in neighbouring /64 of IPv6', '2001:db8:1:2::4', '2001:db8:1:3::4'],
    ['as two when one is not known', '203.0.113.9', undefined],
  ])('%s', (_what, one, other) => {
    expect(keyOf(one)).not.toBe(keyOf(other));
  });
});

test.each(['127.0.0.1', '127.9.9.9', '::1', '::ffff:127.0.0.1', '198.51.100.77'])('%s has no limits', (address) => {
  expect(keyOf(address)).toBeUndefined();
});

test('what is kept is no address, and another process would keep something else', () => {
  const address = '203.0.113.9';
  expect(keyOf(address)).not.toBe(createAddressKey([])(address));
  expect(keyOf(address)).toHaveLength(12);
});
