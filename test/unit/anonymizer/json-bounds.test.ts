import { describe, expect, test } from 'vitest';
import { checkJsonBounds, type JsonBounds } from '../../../services/anonymizer/json-bounds.ts';
import { reject } from '../../../services/runtime/outcome.ts';

const BOUNDS: JsonBounds = { maxDepth: 3, maxKeys: 4, maxElements: 5, maxStringBytes: 6 };

const check = (json: string) => checkJsonBounds(Buffer.from(json), BOUNDS);

describe('within the bounds', () => {
  test.each([
    ['the deepest', '[{"a":[]}]'],
    ['the deepest, again and again', '[[[]],[[]]]'],
    ['the most keys', '{"a":1,"b":{"c":1,"d":2}}'],
    ['the most elements', '[1,2,3,4,5]'],
    ['the longest string', '["123456"]'],
    ['signs of structure in strings', '["[[[[[[", "{:,:,:", ",,,,,,"]'],
    ['escaped quotes', '["\\"[[\\""]'],
    ['an escaped backslash before the end', '["\\\\",[[]]]'],
    ['a number alone', '1e999'],
    ['nothing', ''],
    ['what is no JSON', ']]]}}}'],
    ['a string without an end', '["123'],
    ['an escape without an end', '["1\\'],
  ])('%s', (_what, json) => {
    expect(check(json)).toBeUndefined();
  });
});

describe('beyond the bounds', () => {
  test.each([
    ['an array too deep', '[[[[', 'json_too_deep'],
    ['an object too deep', '{"a":{"b":[{}]}}', 'json_too_deep'],
    ['a key too many', '{"a":1,"b":{"c":1,"d":2,"e":1}}', 'json_too_many_keys'],
    ['a key too many, all the same', '{"a":1,"a":1,"a":1,"a":1,"a":1}', 'json_too_many_keys'],
    ['an element too many', '[1,2,3,4,5,6]', 'json_too_many_elements'],
    ['elements too many, over several arrays', '[[1,2],[3,4]]', 'json_too_many_elements'],
    ['a string too long', '["1234567"]', 'json_string_too_long'],
    ['a key too long', '{"1234567":1}', 'json_string_too_long'],
    ['a string too long without an end', '["1234567', 'json_string_too_long'],
    ['more bytes than characters', '["äöüä"]', 'json_string_too_long'],
  ] as const)('%s', (_what, json, reason) => {
    expect(check(json)).toEqual(reject(reason));
  });
});

test('a megabyte of brackets needs neither memory nor a stack', () => {
  expect(check('['.repeat(1_000_000))).toEqual(reject('json_too_deep'));
});
