import { describe, expect, test } from 'vitest';
import { anonymizerEnvironment, ownProcessEnvironment } from '../../../services/anonymizer/config.ts';
import { parseEnvironment } from '../../../services/runtime/environment.ts';
import { StartError } from '../../../services/runtime/errors.ts';

describe('the key of the suppression list', () => {
  const own = { ...anonymizerEnvironment, ...ownProcessEnvironment };

  test.each([[{}], [{ ANONYMIZER_SUPPRESSION_SALT: '' }]])(
    'is asked for by an anonymizer of its own: %j',
    (environment) => {
      const parse = () => parseEnvironment(own, environment);
      expect(parse).toThrow(StartError);
      expect(parse).toThrow(/ANONYMIZER_SUPPRESSION_SALT: is missing: a random key/);
    },
  );

  test('is what was configured', () => {
    const { ANONYMIZER_SUPPRESSION_SALT } = parseEnvironment(own, { ANONYMIZER_SUPPRESSION_SALT: 'a key' });
    expect(ANONYMIZER_SUPPRESSION_SALT.reveal()).toBe('a key');
  });

  test('may be missing where a data folder keeps one', () => {
    expect(parseEnvironment(anonymizerEnvironment, {}).ANONYMIZER_SUPPRESSION_SALT).toBeUndefined();
  });
});
