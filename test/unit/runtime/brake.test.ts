import { describe, expect, test } from 'vitest';
import { Brake } from '../../../services/runtime/brake.ts';
import { PermanentError } from '../../../services/runtime/errors.ts';

const CONFIG = { BRAKE_MAX_FAULT_PERCENT: 20, BRAKE_MAX_CONSECUTIVE_FAULTS: 50 };

/** Counts events by `reasonOf` until the brake stops; resolves with how many it let through. */
const countUntilStopped = (events: number, reasonOf: (index: number) => string): number => {
  const brake = new Brake(CONFIG);
  for (let index = 0; index < events; index += 1) {
    try {
      brake.count(reasonOf(index));
    } catch (error) {
      expect(error).toBeInstanceOf(PermanentError);
      return index;
    }
  }
  return events;
};

describe('the brake', () => {
  test.each([
    'not_json',
    'contract_violation',
    'unknown_kind',
    'inflate_failed',
    'not_utf8',
    'inflated_too_large',
    'undecodable',
  ])('never stops for what clients send, such as %s', (reason) => {
    expect(countUntilStopped(10_000, () => reason)).toBe(10_000);
  });

  test.each(['stage_failed', 'row_unencodable', 'row_refused', 'envelope_undecodable', 'unknown_product'])(
    'stops after more faults in a row than it may let through: %s',
    (reason) => {
      expect(countUntilStopped(1_000, () => reason)).toBe(50);
    },
  );

  test('stops when more than a fifth of a window fails', () => {
    expect(countUntilStopped(5_000, (index) => (index % 4 === 0 ? 'stage_failed' : ''))).toBe(800);
  });

  test('goes on as long as faults are few', () => {
    expect(countUntilStopped(5_000, (index) => (index % 6 === 0 ? 'stage_failed' : ''))).toBe(5_000);
  });
});
