import process from 'node:process';
import { type ClickHouseAccess, openClickHouse } from '../../../infra/clickhouse/client.ts';
import { exitUnstarted } from '../../runtime/process.ts';
import { analystAccess } from '../analyst-access.ts';
import { ask, readableFormat } from '../ask.ts';
import { connectToReplay } from './connect.ts';
import { type DeadLetterOptions, HELP, parseOptions } from './options.ts';
import { replayDeadLetters } from './replay.ts';
import { listQuery, selectDeadLetters, showQueries } from './select.ts';

/** Exit code when a dead letter was not repaired. */
const UNREPAIRED = 2;

/** Ids that are printed of each finding. */
const SHOWN_IDS = 10;

const out = process.stdout;

const showProgress = (done: number, all: number): void => {
  if (out.isTTY && all > 0) out.write(`\r${done} of ${all} outcomes${done === all ? '\n' : ''}`);
};

const printFindings = (findings: ReadonlyMap<string, readonly string[]>): void => {
  for (const [sentence, ids] of findings) {
    out.write(`${ids.length} ${sentence}\n`);
    for (const id of ids.slice(0, SHOWN_IDS)) out.write(`  ${id}\n`);
    if (ids.length > SHOWN_IDS) out.write(`  and ${ids.length - SHOWN_IDS} more\n`);
  }
};

/** Resolves with the exit code. */
const replay = async (
  access: ClickHouseAccess,
  { selection, isDryRun, waitMs }: DeadLetterOptions,
): Promise<number> => {
  const clickhouse = openClickHouse(access);
  try {
    const letters = await selectDeadLetters(clickhouse, selection);
    if (letters.length === 0) {
      out.write('there is no such dead letter\n');
      return 0;
    }
    if (isDryRun) {
      const findings = Map.groupBy(letters, ({ isSettled, product, reason }) =>
        isSettled
          ? 'repaired before: would be left alone'
          : `would be replayed: ${product || 'unknown product'}, ${reason}`,
      );
      printFindings(new Map([...findings].map(([sentence, some]) => [sentence, some.map(({ event_id }) => event_id)])));
      return 0;
    }
    const connection = await connectToReplay();
    try {
      const parts = { clickhouse, replay: connection.replay, onProgress: showProgress, waitMs };
      const { findings, unrepaired } = await replayDeadLetters(parts, letters);
      printFindings(findings);
      if (letters.length === selection.limit) out.write(`these were the oldest ${letters.length}: there may be more\n`);
      return unrepaired === 0 ? 0 : UNREPAIRED;
    } finally {
      await connection.close();
    }
  } finally {
    await clickhouse.close();
  }
};

const run = async (): Promise<number> => {
  const options = parseOptions(process.argv.slice(2));
  const { command, selection, envFile } = options;
  if (command === 'help') {
    out.write(HELP);
    return 0;
  }
  const access = await analystAccess(envFile);
  if (command === 'replay') return replay(access, options);
  if (command === 'list') await ask(access, listQuery(selection), readableFormat(out), out);
  else for (const query of showQueries(selection)) await ask(access, query, 'Vertical', out);
  return 0;
};

// The write that failed throws what there is to say.
out.on('error', () => undefined);
try {
  process.exitCode = await run();
} catch (error) {
  // Whoever reads has seen enough, as `| head` does.
  if ((error as NodeJS.ErrnoException).code === 'EPIPE') process.exit(0);
  exitUnstarted(error);
}
