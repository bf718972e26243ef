import { inspect } from 'node:util';
import { ClickHouseError } from '@clickhouse/client';
import { describe, expect, test } from 'vitest';
import { PermanentError, RetryableError } from '../../../services/runtime/errors.ts';
import { classified, DATA_CODES, DataRefusal, errorCode } from '../../../services/sink/clickhouse-errors.ts';

const clickHouseError = (code: string): ClickHouseError =>
  new ClickHouseError({ message: `message ${code}`, code, type: 'TYPE' });

describe('an error of ClickHouse', () => {
  test.each([
    ['3', RetryableError],
    ['159', RetryableError],
    ['202', RetryableError],
    ['210', RetryableError],
    ['216', RetryableError],
    ['241', RetryableError],
    ['252', RetryableError],
    ['319', RetryableError],
    ['394', RetryableError],
    ['999', RetryableError],
    ['53', PermanentError],
    ['60', PermanentError],
    ['62', PermanentError],
    ['395', PermanentError],
    ['516', PermanentError],
  ])('with the code %s is a %o', (code, kind) => {
    const cause = clickHouseError(code);
    const error = classified(cause, 'inserting');
    expect(error).toBeInstanceOf(kind);
    expect(error.message).toContain('inserting: ');
    expect(errorCode(error.cause)).toBe(code);
  });

  test.each(['53', '62', '70', '1002'])(
    'with the code %s is not quoted: its words could be those of a report',
    (code) => {
      const error = classified(clickHouseError(code), 'inserting');
      expect(error.message).toBe(`inserting: ClickHouse's error ${code} TYPE`);
      expect(inspect(error, { depth: null })).not.toContain(`message ${code}`);
    },
  );

  test.each(['60', '241', '516'])('with the code %s is quoted: it speaks of tables, rights or the server', (code) => {
    expect(classified(clickHouseError(code), 'inserting').message).toBe(`inserting: message ${code}`);
  });

  test.each([...DATA_CODES])(
    'with the code %s refuses a value, which shows in nothing that is thrown: %s',
    (code, name) => {
      const error = classified(clickHouseError(code), 'inserting');
      expect(error).toBeInstanceOf(DataRefusal);
      expect(error).toBeInstanceOf(PermanentError);
      expect(error).toMatchObject({ code, message: `inserting: ClickHouse refuses a value: ${code} ${name}` });
      expect(error.cause).toBeUndefined();
    },
  );

  test('that speaks of too many parts waits for merges', () => {
    expect(classified(clickHouseError('252'), 'inserting')).toMatchObject({ retryAfterMs: 5_000 });
    expect(classified(clickHouseError('241'), 'inserting')).toMatchObject({ retryAfterMs: undefined });
  });

  test('that is the fence names the cause', () => {
    expect(classified(clickHouseError('395'), 'inserting').message).toBe(
      'inserting: another sink has taken over one of its partitions',
    );
  });
});

test.each([
  ['a reset', Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' })],
  ['a timeout', new Error('Timeout error.')],
])('%s leaves the outcome unknown: it is tried again', (_what, cause) => {
  const error = classified(cause, 'inserting');
  expect(error).toBeInstanceOf(RetryableError);
  expect(errorCode(cause)).toBe('0');
});
