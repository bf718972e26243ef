import { describe, expect, test } from 'vitest';
import { splitBatch } from '../../../../services/edge/batch/split-batch.ts';

const MAX_BYTES = 4_000_000;

const split = async (text: string, form: 'array' | 'lines' = 'array') => {
  const documents = await splitBatch(Buffer.from(text), form, MAX_BYTES);
  return typeof documents === 'string' ? documents : documents.map(({ bytes, fault }) => fault ?? String(bytes));
};

describe('an array', () => {
  test.each<[string, readonly string[]]>([
    ['[]', []],
    [' [ ] ', []],
    ['[1]', ['1']],
    ['[1,"a",null , {} ,[]]', ['1', '"a"', 'null', '{}', '[]']],
    ['[{"a":[1,{"b":2}]},[3]]', ['{"a":[1,{"b":2}]}', '[3]']],
    ['["]","\\"],[","\\\\",{"}":","}]', ['"]"', '"\\"],["', '"\\\\"', '{"}":","}']],
    ['\uFEFF[1]', ['1']],
    ['[{"n":12345678901234567890,"n":1e400}]', ['{"n":12345678901234567890,"n":1e400}']],
  ])('%s is split as it stands', async (text, documents) => {
    expect(await split(text)).toEqual(documents);
  });

  test.each([
    '',
    '{}',
    '1',
    '[',
    '[1',
    '[1,',
    '[1,]',
    '[,1]',
    '[,]',
    '[1,,2]',
    '[1]]',
    '[1][2]',
    '[1]x',
    '[}',
    '{]',
    '[1}',
    '[{]}]',
    '["a]',
    '["a\\"]',
    '[1 2]',
    '[01]',
    '[undefined]',
  ])('%s can not be read', async (text) => {
    expect(await split(text)).toBe('malformed-batch');
  });

  test('of many megabytes lets others have their turn', async () => {
    let turns = 0;
    let isDone = false;
    const next = (): void => {
      turns += 1;
      if (!isDone) setImmediate(next);
    };
    setImmediate(next);
    const elements = Array(10).fill(`{"filler":"${'x'.repeat(500_000)}"}`);
    expect(await split(`[${elements.join(',')}]`)).toEqual(elements);
    isDone = true;
    expect(turns).toBeGreaterThan(2);
  });
});

describe('lines', () => {
  test.each<[string, readonly string[]]>([
    ['1\n2', ['1', '2']],
    ['\n\r\n 1 \r\n\n"a"\n', ['1', '"a"']],
    ['\uFEFF1\n', ['1']],
    ['1\n{\n2', ['1', 'not_json', '2']],
    ['{"a":\n1}', ['not_json', 'not_json']],
    [`"${'x'.repeat(MAX_BYTES)}"\n1`, ['too_large', '1']],
  ])('are documents of their own (%#)', async (text, documents) => {
    expect(await split(text, 'lines')).toEqual(documents);
  });
});

test('nesting without end is no reason to fall', async () => {
  expect(await split('['.repeat(1_000_000))).toBe('malformed-batch');
  expect(await split(`${'['.repeat(1_000_000)}\n1`, 'lines')).toEqual(['not_json', '1']);
});
