import { readFile } from 'node:fs/promises';
import process from 'node:process';
import { eventually } from '../support/eventually.ts';
import type { Part } from './fault.ts';

/** Longest wait for the server's next life. */
const RESTART_TIMEOUT_MS = 60_000;

/** The child of `parent` whose command line has `argument`; undefined when there is none. */
const childOf = async (parent: number, argument: string): Promise<number | undefined> => {
  const children = await readFile(`/proc/${parent}/task/${parent}/children`, 'utf8').catch(() => '');
  for (const pid of children.split(' ').filter((text) => text !== '')) {
    const line = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    if (line.split('\0').includes(argument)) return Number(pid);
  }
  return undefined;
};

/** The embedded server as a child of a process that starts it again whenever it ends. */
export const clickHouseChild = (parent: () => number, url: string): Part => {
  const argument = `--http_port=${new URL(url).port}`;
  const signal = async (name: NodeJS.Signals): Promise<number | undefined> => {
    const pid = await childOf(parent(), argument);
    if (pid !== undefined) process.kill(pid, name);
    return pid;
  };
  return {
    kill: async () => {
      const killed = await signal('SIGKILL');
      await eventually('the end of ClickHouse', RESTART_TIMEOUT_MS, async () =>
        (await childOf(parent(), argument)) === killed ? undefined : true,
      );
    },
    start: async () => {
      await eventually('ClickHouse to answer', RESTART_TIMEOUT_MS, async () =>
        (await fetch(`${url}/ping`).catch(() => undefined))?.ok ? true : undefined,
      );
    },
    freeze: async () => {
      await signal('SIGSTOP');
    },
    thaw: async () => {
      await signal('SIGCONT');
    },
  };
};
