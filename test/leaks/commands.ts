import { ask } from '../support/pipeline.ts';
import { runCommand } from '../support/run-command.ts';
import { bytesPlace, type Place } from './places.ts';

const FILES = {
  query: 'services/standalone/query.ts',
  deadLetters: 'services/standalone/dead-letters/main.ts',
  forget: 'services/standalone/forget.ts',
  privacyReport: 'schemas/privacy-report.ts',
} as const;

/** Whether a command says that it did not do its work, or says nothing. */
const hasFailed = (text: string): boolean => /^candor: /m.test(text) || text.trim() === '';

/**
 * Runs what operators run, over everything that is stored, with the variables of a pipeline; `edge` are those that only a command
 * that asks the edge may have.
 *
 * @throws Error when a command does not do its work.
 */
export const commandsPlace = async (
  tables: { readonly clickHouseUrl: string },
  env: Readonly<Record<string, string>>,
  edge: Readonly<Record<string, string>> = {},
): Promise<Place> => {
  const run = (file: string, ...args: readonly string[]): Promise<string> => runCommand(file, args, env);
  const ofEachReason = await ask(tables, 'SELECT any(event_id) AS id FROM dead_letters GROUP BY product, kind, reason');
  const told = [
    await run(FILES.deadLetters, 'list'),
    ...(await Promise.all(ofEachReason.map(({ id }) => run(FILES.deadLetters, 'show', String(id))))),
    await run(FILES.query, 'SELECT * FROM unknown_fields'),
    await run(FILES.query, 'SELECT * FROM sonarqube_reports'),
    await runCommand(FILES.forget, ['--product', 'sonarqube', '--id', 'installation-1'], { ...env, ...edge }),
    await run(FILES.privacyReport),
  ];
  const failed = told.find(hasFailed);
  if (failed !== undefined) throw new Error(`a command failed: ${failed}`);
  return bytesPlace('what npm run query, dead-letters, forget and privacy-report print', () => told);
};
