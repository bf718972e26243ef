import { inspect } from 'node:util';
import { ReplyError } from 'ioredis';
import { expect, test } from 'vitest';
import { PermanentError, RetryableError } from '../../../services/runtime/errors.ts';
import { classified } from '../../../services/runtime/state/redis-errors.ts';

/** What ioredis makes of an error that Redis answers: the command is with it. */
const reply = (message: string): Error =>
  Object.assign(new ReplyError(message) as Error, { command: { name: 'set', args: ['key', 'hidden'] } });

const withCode = (code: string): Error => Object.assign(new Error('hidden'), { code });

test.each([
  ['Redis loads', reply('LOADING Redis is loading the dataset in memory'), RetryableError],
  ['Redis has become a replica', reply("READONLY You can't write against a read only replica."), RetryableError],
  ['no memory is left', reply("OOM command not allowed when used memory > 'maxmemory'."), RetryableError],
  ['the disk is full', reply('MISCONF Redis is configured to save RDB snapshots, but ...'), RetryableError],
  ['a right is missing', reply('NOPERM this user has no permissions'), PermanentError],
  ['Redis is too old', reply('ERR syntax error'), PermanentError],
  [
    'a command was renamed',
    reply("ERR unknown command 'set', with args beginning with: 'key' 'hidden'"),
    PermanentError,
  ],
  ['an answer that we do not know', reply('hidden'), PermanentError],
  ['nobody listens', withCode('ECONNREFUSED'), RetryableError],
  ['the name is not known yet', withCode('EAI_AGAIN'), RetryableError],
  ['the certificate has expired', withCode('CERT_HAS_EXPIRED'), PermanentError],
  ['no answer came', new Error('hidden'), RetryableError],
  ['no connection has been made yet', undefined, RetryableError],
])('%s', (_what, error, kind) => {
  const given = classified(error, 'Redis at redis:6379');
  expect(given).toBeInstanceOf(kind);
  expect(inspect(given, { showHidden: true, depth: 10 })).not.toContain('hidden');
});

test('a bug stays one', () => {
  const bug = new TypeError('undefined is not a function');
  expect(classified(bug, 'Redis at redis:6379')).toBe(bug);
});
