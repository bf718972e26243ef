import { describe, expect, test } from 'vitest';
import { SharedNames } from '../../../services/anonymizer/shared-names.ts';

describe('an unknown name', () => {
  test('is told from the third installation on that sends it', () => {
    const names = new SharedNames();
    expect(names.add('tiny', 'one', ['theme'])).toEqual([]);
    expect(names.add('tiny', 'two', ['theme', 'color'])).toEqual([]);
    expect(names.add('tiny', 'three', ['theme', 'color'])).toEqual(['theme']);
    expect(names.add('tiny', 'one', ['theme'])).toEqual(['theme']);
  });

  test('is never told when one installation repeats it', () => {
    const names = new SharedNames();
    for (let time = 0; time < 10; time += 1) expect(names.add('tiny', 'one', ['alice'])).toEqual([]);
  });

  test('of one product is not one of another', () => {
    const names = new SharedNames();
    for (const product of ['a', 'b', 'c']) expect(names.add(product, product, ['theme'])).toEqual([]);
  });

  test('is forgotten when a thousand others came after it', () => {
    const names = new SharedNames();
    names.add('tiny', 'one', ['theme']);
    names.add('tiny', 'two', ['theme']);
    for (let index = 0; index < 1_000; index += 1) names.add('tiny', 'one', [`name${index}`]);
    expect(names.add('tiny', 'three', ['theme'])).toEqual([]);
  });
});
